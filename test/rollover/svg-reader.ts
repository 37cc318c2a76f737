/** Reads SVG with an XML parser that is not ours, and that forgives nothing. */
import { SaxesParser } from 'saxes';

/** An element of a picture. */
export interface ReadElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Of the element itself, without those below it. */
  text: string;
}

/** Reads a picture. @returns its elements, in the order in which they begin @throws Error where it is not well-formed */
export function readSvg(text: string): readonly ReadElement[] {
  const elements: ReadElement[] = [];
  const open: ReadElement[] = [];
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const values = Object.entries(attributes).map(([key, { value }]) => [key, value]);
    const element = { name, attributes: Object.fromEntries(values) as Record<string, string>, text: '' };
    elements.push(element);
    open.push(element);
  });
  parser.on('text', (words) => {
    const last = open.at(-1);
    if (last !== undefined) last.text += words;
  });
  parser.on('closetag', () => void open.pop());
  parser.write(text).close();
  return elements;
}
