/** The markup of the page that measures. Everything it shows of a device or a record is set as text by its script. */

export interface PageOptions {
  readonly script: string;
  readonly style: string;
  /** What the browser is held to, for hosts that send no such header. */
  readonly policy: string;
  /** Where the page's own server takes runs in, relative to the page; null on any other host. */
  readonly intake: string | null;
}

const section = (id: string, title: string, body: string, attributes = ''): string =>
  `<section id="${id}" aria-labelledby="${id}-title"${attributes}><h2 id="${id}-title" tabindex="-1">${title}</h2>${body}</section>`;

const reading = `<div class="prose">
<p>Every case is computed once and compared with a float64 reference before it is timed; a wrong one gets no time. Times are the GPU's own where the browser gives them. A case that hangs, crashes or loses the device costs that case alone.</p>
<p>Close other tabs and programs, plug the device in, and leave this page in front. Nothing leaves this browser unless you send it or download it.</p>
<p>Once loaded, the page needs no network. What was measured is kept in this browser case by case: after a reload, or a crash, a run goes on where it was.</p>
<p>A downloaded records.jsonl, alone in a folder, is a run as any other: <code>attnbench report FOLDER</code> draws it, beside others.</p>
</div>`;

export function sitePage({ script, style, policy, intake }: PageOptions): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="Measures attention mechanisms on the WebGPU of this browser">
${intake === null ? '' : `<meta name="attnbench-intake" content="${intake}">\n`}<title>attnbench: attention on this device</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${style}">
<script src="${script}" defer></script>
</head>
<body>
<header class="top"><p class="brand">attnbench</p><h1>Attention on this device</h1><p class="facts">How the time and memory of attention mechanisms grow here, measured in this browser by WebGPU</p></header>
<main>
<noscript><p class="callout">This page measures by a script, and scripts are switched off.</p></noscript>
<p id="problem" class="callout problem" role="alert" hidden></p>
${section('device', 'This device', '<p id="device-summary" role="status">Looking for a graphics adapter …</p><ul id="device-notes" class="callout" hidden></ul><details id="device-details" hidden><summary>What it supports</summary><dl id="device-facts" class="facts-list"></dl></details>')}
${section('measure', 'Measure', '<form id="choices" autocomplete="off"></form>')}
${section('progress', 'Measuring', '', ' hidden')}
${section('result', 'Result', '', ' hidden')}
${section('kept', 'Runs in this browser', '', ' hidden')}
${section('reading', 'What happens here', reading)}
</main>
</body>
</html>
`;
}
