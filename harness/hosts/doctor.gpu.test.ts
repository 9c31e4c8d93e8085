import { expect, test } from 'vitest';
import { adapterSchema, clockSchema } from '../record.ts';
import { formatDoctor, runDoctor } from './doctor.ts';

test('doctor opens SwiftShader on every machine and measures it', async () => {
  const report = await runDoctor(async () => null);
  const found = report.adapters.find(({ word }) => word === 'swiftshader');
  expect(found?.result).toMatchObject({ ok: true });
  for (const { name, result } of report.adapters) {
    if (!result.ok) throw new Error(`${name}: ${result.problem}`);
    const { info, clock, steadiness } = result.findings;
    expect(adapterSchema.parse(info).name).toBe(name);
    expect(clockSchema.parse(clock).tickNs).toBeLessThan(1000);
    expect(steadiness.gpu?.medianNs).toBeGreaterThan(10 * clock.overheadNs);
    // Timestamps and the host's clock tell the same story.
    expect(steadiness.wall.medianNs / (steadiness.gpu?.medianNs ?? 0)).toBeGreaterThan(0.5);
    expect(steadiness.wall.medianNs / (steadiness.gpu?.medianNs ?? 0)).toBeLessThan(10);
  }
  expect(report.adapters.map(({ name }) => name)).toContain(report.auto);
  expect(formatDoctor(report).join('\n')).toContain('swiftshader');
  const { browser } = report;
  if (!browser.ok) throw new Error(browser.problem);
  expect(browser.host).toMatchObject({ name: 'chromium' });
  expect(formatDoctor(report).join('\n')).toContain(browser.host.webgpu);
  // What --json prints loses nothing.
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
});
