/** Numbers formatted for people. */
export const whole = (n: number): string => Math.round(n).toLocaleString('en');
export const percent = (fraction: number): string => `${(100 * fraction).toFixed(1)} %`;

/** `1:05` or `2:03:09` */
export const duration = (seconds: number): string => {
  const total = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  const two = (n: number): string => String(n).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
};
