import { accentAt } from '../palette.js';
import { chartStyle, type SeriesOption, svgChart } from '../svg-chart.js';
import { percent, range, whole } from '../text.js';
import type { Calibration, CalibrationBin } from './results.js';

const points = (fraction: number): string => (100 * fraction).toFixed(1);

/** What the calibration means, in a sentence. */
export const calibrationSentence = ({ bins, error, chance, confidence }: Calibration): string => {
  if (bins.length === 0) return '';
  const images = bins.reduce((sum, bin) => sum + bin.images, 0);
  const accuracy = bins.reduce((sum, bin) => sum + bin.images * bin.accuracy.value, 0) / images;
  const gap = confidence - accuracy;
  const beside = `against an accuracy of ${percent(accuracy)}`;
  // Where chance explains the error, it explains the gap, too.
  const isCalibrated = Math.abs(gap) < 0.02 || error <= chance;
  const tendency = isCalibrated ? beside : `${beside}: it is ${gap > 0 ? 'overconfident' : 'underconfident'}`;
  return `Its mean confidence is ${percent(confidence)}, ${tendency}. The expected calibration error is ${points(error)} points; chance alone would make it about ${points(chance)} for a perfectly calibrated model on so many images.`;
};

/** Dots have an area that is proportional to the images. */
const size = (images: number, most: number): number => 5 + 17 * Math.sqrt(images / most);

const interval = ({ confidence, accuracy }: CalibrationBin): SeriesOption => ({
  ...chartStyle.still,
  type: 'line',
  data: [
    [confidence, accuracy.low],
    [confidence, accuracy.high],
  ],
  showSymbol: false,
  lineStyle: { color: accentAt(0), width: 1.6, opacity: 0.6 },
});

/** The reliability diagram: the accuracy of the predictions of each confidence. */
export const reliabilityFigure = ({ bins, error }: Calibration): string => {
  const most = Math.max(1, ...bins.map(({ images }) => images));
  const axis = { type: 'value', min: 0, max: 1, nameLocation: 'middle', splitNumber: 5 } as const;
  const percentage = (value: number): string => `${Math.round(100 * value)} %`;
  const rows = bins.map(
    ({ from, to, images, confidence, accuracy }) =>
      `<tr><th scope="row">${points(from)}–${percent(to)}</th><td>${whole(images)}</td><td>${percent(confidence)}</td><td>${percent(accuracy.value)} <small>${range(accuracy)}</small></td></tr>`,
  );
  return `<div class="square">${svgChart({
    id: 'reliability',
    description: `Accuracy by confidence, in ${bins.length} bins. The expected calibration error is ${points(error)} points.`,
    width: 480,
    height: 430,
    option: {
      grid: { left: 64, right: 16, top: 14, bottom: 48 },
      xAxis: {
        ...chartStyle.category,
        ...axis,
        name: 'confidence',
        nameGap: 28,
        axisLabel: { ...chartStyle.category.axisLabel, formatter: percentage },
      },
      yAxis: {
        ...chartStyle.value,
        ...axis,
        name: 'accuracy',
        nameGap: 46,
        nameTextStyle: chartStyle.category.nameTextStyle,
        axisLabel: { ...chartStyle.value.axisLabel, formatter: percentage },
      },
      series: [
        {
          ...chartStyle.still,
          type: 'line',
          data: [
            [0, 0],
            [1, 1],
          ],
          showSymbol: false,
          lineStyle: { color: 'var(--quiet)', type: [2, 3], width: 1.2 },
        },
        ...bins.map(interval),
        {
          ...chartStyle.still,
          type: 'scatter',
          data: bins.map(({ confidence, accuracy, images }) => ({
            value: [confidence, accuracy.value],
            symbolSize: size(images, most),
          })),
          itemStyle: { color: accentAt(0), opacity: 0.8 },
        },
      ],
    },
  })}</div><details><summary>All bins</summary><div class="scroll"><table><thead><tr><th scope="col">confidence</th><th scope="col">images</th><th scope="col">mean confidence</th><th scope="col">accuracy</th></tr></thead><tbody>${rows.join('')}</tbody></table></div></details>`;
};
