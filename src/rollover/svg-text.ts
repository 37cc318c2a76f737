/** The letters of SVG: elements whose text and attributes can hold anything. */

/** Attributes of an element; numbers are rounded to a hundredth. */
export type Attributes = Readonly<Record<string, string | number>>;

/** What no XML 1.0 document may hold: controls, lone surrogates, and the two non-characters. */
const NOT_XML = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as an XML document holds it. */
export function escapeXml(text: string): string {
  return text.replace(NOT_XML, '\u{fffd}').replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/**
 * An element.
 *
 * @param content  elements, as they are
 */
export function element(name: string, attributes: Attributes, content: readonly string[] = []): string {
  const inside = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? printNumber(value) : escapeXml(value)}"`)
    .join('');
  return content.length === 0 ? `<${name}${inside}/>` : `<${name}${inside}>${content.join('')}</${name}>`;
}

/** An element with text in it. */
export function textElement(name: string, attributes: Attributes, text: string): string {
  return element(name, attributes, [escapeXml(text)]);
}

/** Cuts text that would be too long for its place. */
export function shortened(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
}

function printNumber(value: number): string {
  return String(Math.round(value * 100) / 100);
}
