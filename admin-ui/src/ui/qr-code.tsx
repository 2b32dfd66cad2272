import { useMemo } from 'react';
import { qr } from '../lib/qr';

const quiet = 4; // modules of light around it, without which cameras do not find it (ISO/IEC 18004, 5.3.8)

/** A text as a QR code: dark on light in either scheme, because not every camera reads the reverse. */
export function QRCode({ text, label, size = 208 }: { text: string; label: string; size?: number }) {
  const modules = useMemo(() => qr(text), [text]);
  const side = modules.length + 2 * quiet;
  const path = modules.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x + quiet} ${y + quiet}h1v1h-1z` : ''))).join('');
  return (
    <svg role="img" aria-label={label} width={size} height={size} viewBox={`0 0 ${side} ${side}`} shapeRendering="crispEdges" style={{ borderRadius: 8, flexShrink: 0 }}>
      <rect width={side} height={side} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
