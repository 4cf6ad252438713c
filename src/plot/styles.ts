import { accents } from './palette.js';

const variables = (theme: keyof typeof accents): string =>
  accents[theme].map((color, i) => `--model-${i}:${color};`).join('');

/** The style sheet of the page: a light and a dark theme, one layout that folds from two columns to one, and print rules. */
export const styles = `
:root{color-scheme:light dark;--paper:#fcfbf8;--ink:#1e1c19;--quiet:#67625a;--rule:#e3dfd6;--mark:#e0480b;${variables('light')}
--serif:"Iowan Old Style","Palatino Linotype",Palatino,"Book Antiqua","Source Serif 4",Georgia,"Liberation Serif",serif;
--sans:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Liberation Sans",Arial,sans-serif}
@media (prefers-color-scheme:dark){:root{--paper:#161513;--ink:#ece8df;--quiet:#a39d91;--rule:#35322c;--mark:#ff8f4d;${variables('dark')}}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:17px/1.55 var(--serif);-webkit-text-size-adjust:100%;overflow-wrap:break-word}
main{max-width:1200px;margin:0 auto;padding:clamp(24px,5vw,72px) clamp(16px,4vw,48px)}
h1,h2,h3,p,figure,ul,dl{margin:0;padding:0}
h1{font-size:clamp(30px,4.6vw,52px);line-height:1.12;font-weight:400;letter-spacing:-.015em;text-wrap:balance;max-width:19em}
h2{font-size:22px;line-height:1.25;font-weight:400;margin-bottom:10px}
h3{font:600 15px/1.4 var(--sans)}
.kicker{font:13px/1.4 var(--sans);color:var(--quiet);display:flex;gap:10px;align-items:center;margin-bottom:clamp(20px,3vw,36px)}
.kicker svg{width:22px;height:22px;flex:none}
.lead{margin-top:18px;max-width:40em;color:var(--quiet)}
.accent{color:var(--accent)}
.quiet{color:var(--quiet);font-weight:400}
.small,.key,figcaption,.strip,table,.facts,summary{font:14px/1.45 var(--sans)}
figcaption,.small{color:var(--quiet)}
.section{display:grid;grid-template-columns:210px minmax(0,1fr);gap:20px 48px;padding-top:28px;margin-top:56px;border-top:1px solid var(--rule)}
.section>div{min-width:0}
.section>header p{font-size:15px;line-height:1.5;color:var(--quiet)}
@media (max-width:860px){.section{grid-template-columns:minmax(0,1fr);margin-top:40px;padding-top:22px}.section>header p{max-width:40em}}
svg.chart{display:block;width:100%;height:auto;overflow:visible;font-family:var(--sans)}
.definitions{position:absolute;width:0;height:0}
.pair figure{max-width:480px}
.pair{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(300px,100%),1fr));gap:24px 28px}
figure>figcaption:first-child{color:var(--ink);font-weight:600;margin-bottom:4px}
.key{display:flex;flex-wrap:wrap;gap:4px 18px;align-items:center;margin-bottom:14px;color:var(--quiet)}
.swatch::before{content:"";display:inline-block;width:10px;height:10px;margin-right:7px;background:var(--accent)}
.swatch{color:var(--ink)}
.stroke::before{content:"";display:inline-block;width:22px;margin-right:7px;vertical-align:middle;border-top:2px solid var(--quiet)}
.stroke.dashed::before{border-top:1.5px dashed var(--quiet)}
.ramp{width:150px;height:10px}
.strip{list-style:none;margin-top:28px;display:grid;grid-template-columns:max-content minmax(80px,1fr) max-content;gap:0 22px}
.strip li{display:grid;grid-template-columns:subgrid;grid-column:1/-1;align-items:center}
.strip .name{font-weight:600;max-width:14em}
.strip strong{font-size:17px;font-variant-numeric:tabular-nums}
.number{white-space:nowrap;font-variant-numeric:tabular-nums}
.track{position:relative;min-height:36px;align-self:stretch}
.track i,.track b,.track em{position:absolute}
.track i{top:0;bottom:0;width:1px;background:var(--rule)}
.track b{top:calc(50% - 1.5px);height:3px;background:var(--accent);opacity:.55}
.track em{top:calc(50% - 6.5px);width:13px;height:13px;margin-left:-6.5px;background:var(--accent);transform:rotate(45deg) scale(.8)}
.scale{position:relative;height:20px;color:var(--quiet);font-size:12px}
.scale i{white-space:nowrap;position:absolute;transform:translateX(-50%);font-style:normal}
@media (max-width:560px){.strip{grid-template-columns:minmax(0,1fr) max-content}.strip .track,.strip .scale{grid-column:1/-1;grid-row:2}.strip li{margin-bottom:10px}}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:9px 0 9px 18px;text-align:right;font-weight:400;border-bottom:1px solid var(--rule);vertical-align:baseline}
th:first-child,td:first-child{padding-left:0;text-align:left}
.files td{text-align:left;color:var(--quiet)}
thead th.accent{font-weight:600}
tbody th{color:var(--quiet)}
td small{color:var(--quiet);font-size:12px;white-space:nowrap}
@media (max-width:560px){td small{display:block}th,td{padding-left:12px}}
table.epochs{font-size:13px}
table.epochs th,table.epochs td{padding:4px 0 4px 14px;text-align:right;white-space:nowrap}
table.epochs th[colspan]{text-align:center}
details{margin-top:14px}
summary{cursor:pointer;color:var(--quiet)}
svg.panes{display:block;width:100%;height:auto}
svg.panes image,#attended{image-rendering:pixelated}
.views{display:grid;grid-template-columns:repeat(5,minmax(0,1fr));gap:18px 14px}
@media (max-width:560px){.views{grid-template-columns:1fr 1fr}.views figure:first-child{grid-column:1/-1;width:calc(50% - 7px)}}
.views figcaption{margin-top:6px;font-size:12px;letter-spacing:.04em}
.outline,.halo{fill:none;stroke-linejoin:round;vector-effect:non-scaling-stroke}
.outline{stroke:#fff;stroke-width:1.5px}
.halo{stroke:#000;stroke-width:4px;opacity:.6}
.views .outline{stroke:var(--mark);stroke-width:2.2px}
.views .halo{stroke:none}
.heat{opacity:.78}
.maps{margin-bottom:26px}
.maps h3{margin-bottom:6px}
.groups .small{font-size:12px;margin-bottom:4px}
.groups{display:flex;flex-wrap:wrap;gap:12px 30px}
.group{display:flex;flex-wrap:wrap;gap:12px 8px}
.group figure{width:min(var(--side),calc((100vw - 56px)/4))}
.group figcaption{font-size:12px;line-height:1.35;margin-top:4px;color:var(--ink)}
.subject{max-width:150px;margin-top:16px}
.facts{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:8px 28px}
.facts dt{color:var(--quiet)}
.facts dd{margin:0}
code{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;overflow-wrap:anywhere}
.meter{width:32%;vertical-align:middle}
.meter .track{display:block;min-height:18px;min-width:90px}
.classes .text{text-align:left}
.classes td.text{color:var(--quiet)}
table.confusion{width:auto;border-collapse:separate;border-spacing:2px;font-size:12px}
.confusion th,.confusion td{border:0;padding:0;vertical-align:middle}
.confusion tbody th{padding-right:8px;text-align:right;white-space:nowrap;color:var(--ink)}
.confusion thead th{writing-mode:vertical-rl;transform:rotate(180deg);text-align:left;line-height:32px;vertical-align:bottom;white-space:nowrap}
.confusion tbody td{min-width:32px;height:32px;text-align:center;vertical-align:middle;background:color-mix(in srgb,var(--accent) calc(var(--share)*1%),var(--paper));box-shadow:inset 0 0 0 1px var(--rule)}
.confusion td.strong{color:var(--paper)}
.confusion td.none{color:transparent}
.square{max-width:560px}
.square+.key{margin-top:12px}
.gallery{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(148px,42%),1fr));gap:22px 16px}
.gallery img{display:block;width:100%;aspect-ratio:1;object-fit:contain;background:var(--rule)}
.gallery img.small-image{image-rendering:pixelated}
.gallery figcaption{margin-top:6px;font-size:13px;line-height:1.4}
.gallery b{color:var(--ink);font-weight:600}
.gallery .file{display:block;font-size:11px;overflow-wrap:anywhere}
@media print{:root{color-scheme:light}body{font-size:11pt;print-color-adjust:exact;-webkit-print-color-adjust:exact}.section{break-inside:avoid}}
`;
