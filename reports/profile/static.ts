/** Stacked bars for print. */
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  Legend,
  LinearScale,
  SubTitle,
  Title,
} from 'chart.js';
import type { StaticFormat } from '../formats.ts';
import { print, renderDrawing } from '../static.ts';
import { barConfiguration } from './chart.ts';
import type { BarFigure } from './figure.ts';

Chart.register(BarController, BarElement, CategoryScale, LinearScale, Legend, Title, SubTitle);

/** One figure as a file's content. */
export function renderBars(figure: BarFigure, format: StaticFormat): Buffer {
  const configuration = barConfiguration(figure, {
    theme: 'light',
    ...print,
    standalone: true,
    legend: 'right',
  });
  return renderDrawing(
    {
      title: `${figure.title}, ${figure.subtitle}`,
      start: (canvas, { platform, options, plugin }) =>
        new Chart(canvas, {
          ...configuration,
          platform,
          options: { ...configuration.options, ...options },
          plugins: [...(configuration.plugins ?? []), plugin],
        }),
    },
    format,
  );
}
