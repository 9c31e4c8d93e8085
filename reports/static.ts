/** Figures for print, drawn by chart.js on a canvas without a browser: SVG and PDF with real text, PNG at print resolution. */
import { crc32 } from 'node:zlib';
import { createCanvas, PDFDocument, SvgExportFlag } from '@napi-rs/canvas';
import {
  BasicPlatform,
  Chart,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  SubTitle,
  Title,
} from 'chart.js';
import type { Plugin } from 'chart.js';
import type { Analysis } from './analysis.ts';
import { buildFigure } from './figure.ts';
import type { Figure, FigureSpec, RooflineSpec } from './figure.ts';
import { figureConfiguration } from './figures.ts';
import type { FigureConfiguration, FigureView } from './figures.ts';
import { quotedFamily, registerTypeface, typefaces } from './fonts.ts';
import type { Typeface } from './fonts.ts';
import { surfaces } from './palette.ts';
import { buildRoofline } from './roofline.ts';
import { withPageSize } from './pdf-page.ts';
import { captureText, escapeXml, printable, withPrintableText } from './svg-text.ts';
import type { StaticFormat } from './formats.ts';

Chart.register(
  LineController,
  LineElement,
  PointElement,
  LinearScale,
  LogarithmicScale,
  Legend,
  Title,
  SubTitle,
);

/** The sheet that a chart fills. */
export interface Sheet {
  /** Whole numbers of units, in which the chart is laid out. */
  readonly width: number;
  readonly height: number;
  readonly unitsPerInch: number;
  readonly typeface: Typeface;
}

/** 6.5 in x 4 in, the text width of a letter page, in CSS pixels. */
export const reportSheet: Sheet = { width: 624, height: 384, unitsPerInch: 96, typeface: typefaces.sans };
const dotsPerInch = 300;

function viewOf(analysis: Analysis): FigureView {
  return {
    kernels: analysis.kernels,
    theme: 'light',
    xScale: 'logarithmic',
    yScale: 'logarithmic',
    ...print,
    standalone: { widthPx: reportSheet.width },
  };
}

/** What chart.js needs of a canvas where there is no page: a size and a context that knows its canvas. */
interface DrawingSurface {
  width: number;
  height: number;
  getContext(kind: '2d'): unknown;
}

/** A chart that can be drawn anywhere, and the words that name it. */
export interface Drawing {
  readonly title: string;
  /** The sheet of reports where none is given. */
  readonly sheet?: Sheet;
  /** Makes the chart at once. It is set as `printed` says. */
  start(canvas: HTMLCanvasElement, printed: Printed): { destroy(): void };
}

/** What a chart for print needs beside its configuration. */
export interface Printed {
  readonly platform: typeof BasicPlatform;
  readonly options: { readonly devicePixelRatio: number; readonly events: [] };
  readonly plugin: Plugin;
}

/** Draws, and reads the result while the chart stands: destroying a chart wipes its canvas. */
function draw<Result>(
  surface: DrawingSurface,
  drawing: Drawing,
  pixelRatio: number,
  read: () => Result,
): Result {
  // chart.js is typed for pages; its BasicPlatform asks for no more than a DrawingSurface has.
  const canvas = surface as unknown as HTMLCanvasElement;
  const options = { devicePixelRatio: pixelRatio, events: [] } satisfies Printed['options'];
  const chart = drawing.start(canvas, { platform: BasicPlatform, options, plugin: paper });
  try {
    return read();
  } finally {
    chart.destroy();
  }
}

const paper: Plugin = {
  id: 'paper',
  beforeDraw({ ctx, width, height }) {
    ctx.save();
    ctx.fillStyle = surfaces.light.background;
    ctx.fillRect(0, 0, width, height);
    ctx.restore();
  },
};

function renderSvg(drawing: Drawing, { width, height, unitsPerInch, typeface }: Sheet): Buffer {
  const canvas = createCanvas(width, height, SvgExportFlag.NoPrettyXML);
  const texts = captureText(withPrintableText(canvas.getContext('2d')));
  // CSS pixels: 96 of them are an inch everywhere.
  const [cssWidth, cssHeight] = [width, height].map((length) => +((length * 96) / unitsPerInch).toFixed(2));
  return draw(canvas, drawing, 1, () => {
    const drawn = canvas.getContent().toString('utf8');
    const shapes = drawn
      .slice(drawn.indexOf('<svg'))
      .replace(/^<svg[^>]*>/, '')
      .replace('</svg>', '')
      // Skia writes eight digits; a hundredth of a unit is finer than print.
      .replaceAll(/\d+\.\d{3,}/g, (number) => String(+Number(number).toFixed(2)));
    return Buffer.from(
      [
        `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"`,
        ` width="${cssWidth}" height="${cssHeight}" viewBox="0 0 ${width} ${height}" role="img">`,
        `<title>${escapeXml(drawing.title)}</title>${shapes}`,
        `<g font-family="${quotedFamily(typeface)}, ${typeface.fallback}" style="white-space:pre">${texts.join('')}</g></svg>\n`,
      ].join(''),
    );
  });
}

function renderPdf(drawing: Drawing, { width, height, unitsPerInch }: Sheet): Buffer {
  const pointsPerUnit = 72 / unitsPerInch;
  const page = { width: width * pointsPerUnit, height: height * pointsPerUnit };
  const document = new PDFDocument({ title: printable(drawing.title), creator: 'attnbench' });
  const context = withPrintableText(document.beginPage(page.width, page.height));
  // Letters that stand apart are not joined: Skia tells no reader which letters a joined pair is.
  context.letterSpacing = '0.001px';
  const surface = { width, height, getContext: () => context };
  Object.defineProperty(context, 'canvas', { value: surface });
  return draw(surface, drawing, pointsPerUnit, () => {
    document.endPage();
    return withPageSize(document.close(), page);
  });
}

/** Writes the resolution into a PNG (chunk pHYs), so that it is set at its size and not at a pixel per 1/72 in. */
function withResolution(png: Buffer, perInch: number): Buffer {
  const chunk = Buffer.alloc(21);
  chunk.writeUInt32BE(9, 0);
  chunk.write('pHYs', 4, 'latin1');
  const perMetre = Math.round(perInch / 0.0254);
  chunk.writeUInt32BE(perMetre, 8);
  chunk.writeUInt32BE(perMetre, 12);
  chunk.writeUInt8(1, 16);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 17)), 17);
  // Behind the signature (8 bytes) and the header chunk (25 bytes).
  const headerEnd = 33;
  return Buffer.concat([png.subarray(0, headerEnd), chunk, png.subarray(headerEnd)]);
}

function renderPng(drawing: Drawing, { width, height, unitsPerInch }: Sheet): Buffer {
  const canvas = createCanvas(width, height);
  withPrintableText(canvas.getContext('2d'));
  return draw(canvas, drawing, dotsPerInch / unitsPerInch, () =>
    withResolution(canvas.toBuffer('image/png'), dotsPerInch),
  );
}

/** How charts for print are set: what their configurations are made with. */
export const print = { font: reportSheet.typeface.family, fontSize: 11 } as const;

/** A chart of lines or points. */
export function chartDrawing(
  { title, subtitle }: Pick<Figure, 'title' | 'subtitle'>,
  configuration: FigureConfiguration,
  sheet: Sheet = reportSheet,
): Drawing {
  return {
    title: `${title}, ${subtitle}`,
    sheet,
    start: (canvas, { platform, options, plugin }) =>
      new Chart(canvas, {
        ...configuration,
        platform,
        options: { ...configuration.options, ...options },
        plugins: [...(configuration.plugins ?? []), plugin],
      }),
  };
}

/** A chart as a file's content. */
export function renderDrawing(drawing: Drawing, format: StaticFormat): Buffer {
  const sheet = drawing.sheet ?? reportSheet;
  registerTypeface(sheet.typeface);
  switch (format) {
    case 'svg':
      return renderSvg(drawing, sheet);
    case 'pdf':
      return renderPdf(drawing, sheet);
    case 'png':
      return renderPng(drawing, sheet);
  }
}

/** One figure as a file's content. */
export function renderFigure(
  analysis: Analysis,
  spec: FigureSpec | RooflineSpec,
  format: StaticFormat,
): Buffer {
  const figure = spec.metric === 'roofline' ? buildRoofline(analysis, spec) : buildFigure(analysis, spec);
  return renderDrawing(chartDrawing(figure, figureConfiguration(figure, viewOf(analysis))), format);
}
