// Just enough XML: elements by their local name, attributes, text. No document types, so no entities of its own.

const TOKEN = /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<\/([^\s>]+)\s*>|<([^\s/>!]+)((?:[^>"']|"[^"]*"|'[^']*')*?)(\/?)>|([^<]+)/gy;
const ATTRIBUTE = /([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** The root of a document; an error where it is not well formed. */
export function readXml(document) {
  const root = { children: [], text: "" };
  const open = [root];
  const source = document.replace(/^\uFEFF/, "");
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const token = TOKEN.exec(source);
    if (!token) throw new SyntaxError("this is not well-formed XML");
    const [, cdata, end, begin, attributes, isEmpty, text] = token;
    const parent = open.at(-1);
    if (begin) {
      const element = { tag: begin, name: local(begin), attributes: read(attributes), children: [], text: "" };
      parent.children.push(element);
      if (!isEmpty) open.push(element);
    } else if (end) {
      if (open.pop().tag !== end) throw new SyntaxError(`</${end}> closes nothing`);
    } else {
      parent.text += cdata ?? unescape(text ?? "");
    }
  }
  if (open.length !== 1 || root.children.length !== 1) throw new SyntaxError("this is not one whole document");
  return root.children[0];
}

/** The children with this name. */
export const children = (element, name) => element?.children.filter((one) => one.name === name) ?? [];

/** The first child with this name, if there is one. */
export const find = (element, name) => children(element, name)[0];

/** The text of a child; empty where there is none. */
export const textOf = (element, name) => find(element, name)?.text.trim() ?? "";

/** A text as it may stand between tags. */
export const escapeXml = (text) => text.replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign]);

const local = (name) => name.split(":").pop();

const read = (text) =>
  Object.fromEntries([...text.matchAll(ATTRIBUTE)].map(([, name, one, other]) => [local(name), unescape(one ?? other)]));

function unescape(text) {
  return text.replace(/&(#x[0-9a-fA-F]+|#\d+|\w+);/g, (_, name) => {
    if (name.startsWith("#x")) return String.fromCodePoint(parseInt(name.slice(2), 16));
    if (name.startsWith("#")) return String.fromCodePoint(parseInt(name.slice(1), 10));
    if (!Object.hasOwn(ENTITIES, name)) throw new SyntaxError(`&${name}; is unknown`);
    return ENTITIES[name];
  });
}
