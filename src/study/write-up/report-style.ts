/** The style of a report: contents beside the text on a wide screen, above it on a narrow one and on paper. */
export const REPORT_STYLE = `
:root { color: #222; background: #fff; font: 16px/1.5 Arial, Helvetica, "Liberation Sans", sans-serif; }
body { margin: 0 auto; max-width: 1500px; padding: 0 24px 64px; display: grid; grid-template-columns: 240px minmax(0, 1fr); column-gap: 40px; }
header, footer { grid-column: 1 / -1; }
main { max-width: 1100px; }
nav { font-size: 14px; align-self: start; position: sticky; top: 0; max-height: 100vh; overflow-y: auto; padding: 16px 0; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav ul ul { padding-left: 14px; }
nav li { margin: 3px 0; }
a { color: #0b5394; }
h1 { font-size: 28px; margin: 24px 0 8px; }
h2 { font-size: 22px; margin: 40px 0 8px; border-bottom: 1px solid #ccc; padding-bottom: 4px; }
p { max-width: 48em; }
.notice { background: #fff3cd; border: 1px solid #b58900; padding: 10px 14px; max-width: none; font-weight: bold; }
.limit { border-left: 4px solid #b2182b; background: #fbf1f0; padding: 8px 14px; }
figure { margin: 24px 0; break-inside: avoid; }
figure img { display: block; max-width: 100%; height: auto; border: 1px solid #e5e5e5; }
figcaption, .caption { font-size: 14px; color: #333; margin: 6px 0; max-width: 60em; }
.files { font-size: 13px; color: #555; }
.wide { overflow-x: auto; margin: 24px 0; }
table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; border-top: 2px solid #222; border-bottom: 2px solid #222; }
th { text-align: left; border-bottom: 1px solid #222; vertical-align: bottom; }
th, td { padding: 3px 10px; }
td.number, th.number { text-align: right; }
td.number { white-space: nowrap; }
tbody tr:nth-child(even) { background: #f6f6f6; }
code, pre { font-size: 13px; overflow-wrap: anywhere; white-space: pre-wrap; }
@media (max-width: 900px) { body { display: block; } nav { position: static; max-height: none; } }
@media print { body { display: block; max-width: none; padding: 0; font-size: 11px; } nav { position: static; max-height: none; } .wide { overflow: visible; } table { font-size: 8px; } th, td { padding: 2px 4px; } td.number { white-space: normal; } h2 { break-after: avoid; } a { color: inherit; } }
`;
