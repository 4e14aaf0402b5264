// GenericAsync over SOAP 1.1 by hand: post a message, get what waits, confirm what was stored.

import { createHmac } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";

import { children, escapeXml, find, readXml, textOf } from "./xml.mjs";

const MILLISECONDS = 30_000;
const MOST = 100;
const SUCCESS = "urn:nip:tack:result:major:success";
const TRY_AGAIN = "urn:nip:tack:result:minor:try-again";

/** Nobody knows whether it arrived: the same must be tried again later. */
export class NoAnswer extends Error {}

/** The platform refused, and says whether the same may be tried again later. */
export class Refusal extends Error {
  constructor(text, asksAgain) {
    super(text);
    this.asksAgain = asksAgain;
  }
}

/** Send a message; the warning that came with the receipt, mostly empty. */
export async function post(address, account, { name, reference, content }) {
  const blob = deflateRawSync(content).toString("base64"); // raw: without a header of zlib or gzip
  const body =
    `<g:post><g:CommonInput><c:Request><c:IsTest>false</c:IsTest></c:Request><c:Origin>${origin(account)}` +
    `</c:Origin><c:InputReference>${reference}</c:InputReference></g:CommonInput><g:Detail ` +
    `ContentType="text/xml" ContentEncoding="deflate" MessageName="${name}">${blob}</g:Detail></g:post>`;
  const tack = find(await call(address, "post:msg", body, "postResponse"), "return");
  const { ResultMajor: major = "", ResultMinor: minor = "", ResultMessage: message = "" } = tack?.attributes ?? {};
  const seal = createHmac("sha256", major).update(content).digest("base64");
  if (tack?.text.trim() !== seal) throw new NoAnswer("the acknowledgement is of something else");
  const said = `${minor} ${message}`.trim();
  if (major !== SUCCESS) throw new Refusal(said, minor === TRY_AGAIN);
  return minor.endsWith(":duplicate") ? "" : said;
}

/** Ask for the oldest items of a mailbox. */
export async function get(address, account) {
  const most = `<g:Max>${MOST}</g:Max>`;
  const body =
    `<g:get><g:Origin>${origin(account)}</g:Origin><g:MsgQuery>${most}<g:MessageNames/></g:MsgQuery>` +
    `<g:TAckQuery>${most}</g:TAckQuery></g:get>`;
  const page = find(await call(address, "get:query", body, "getResponse"), "return");
  const replies = children(page, "MsgResponse").map(replyIn);
  const tacks = children(page, "TAckResponse").map((one) => find(one, "TAck").attributes);
  const failed = tacks.filter((one) => one.ResultMajor !== SUCCESS);
  return {
    replies,
    receipts: tacks.map((one) => one.Reference),
    notPickedUp: failed.map((one) => one.AppliesTo.split(":").pop()),
    isFull: replies.length === MOST || tacks.length === MOST,
  };
}

/** Say which items were stored; they then leave the mailbox. */
export async function confirm(address, account, replies, receipts) {
  const keys =
    `<g:MsgRefValues>${replies.join(" ")}</g:MsgRefValues>` +
    `<g:TAckReferences>${receipts.join(" ")}</g:TAckReferences>`;
  const body = `<g:confirm><g:Origin>${origin(account)}</g:Origin>${keys}</g:confirm>`;
  await call(address, "confirm:hash", body, "confirmResponse");
}

/** Who sends: the licence of the facility, and its RIZIV number in eleven digits. */
function origin({ nihii, username, password }) {
  return (
    `<c:Package><c:Name>Admissions Example</c:Name><c:License><c:Username>${escapeXml(username)}</c:Username>` +
    `<c:Password>${escapeXml(password)}</c:Password></c:License></c:Package><c:CareProvider><c:Nihii>` +
    `<c:Quality>retirement</c:Quality><c:Value>${nihii.padEnd(11, "0")}</c:Value></c:Nihii></c:CareProvider>`
  );
}

/** One reply: its key in the mailbox, the message it is about, its content (null if unreadable). */
function replyIn(item) {
  const { attributes, text } = find(item, "Detail");
  const about = textOf(find(item, "CommonOutput"), "InputReference");
  let content = null;
  try {
    const packed = Buffer.from(text, "base64");
    const raw = attributes.ContentEncoding === "deflate" ? inflateRawSync(packed) : packed;
    content = readXml(raw.toString("utf8"));
  } catch {
    // What cannot be unpacked or parsed stays in the mailbox.
  }
  return { key: attributes.Reference, about, content };
}

/** One SOAP call: the element with this name in the body of the answer. */
async function call(address, action, body, expected) {
  const envelope =
    '<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"' +
    ' xmlns:g="urn:be:cin:nip:async:generic" xmlns:c="urn:be:cin:mycarenet:esb:common:v2">' +
    `<soap:Body>${body}</soap:Body></soap:Envelope>`;
  const headers = {
    "content-type": "text/xml; charset=utf-8",
    soapaction: `"urn:be:cin:nip:async:generic:${action}"`,
  };
  let answered;
  try {
    const signal = AbortSignal.timeout(MILLISECONDS);
    const response = await fetch(address, { method: "POST", body: envelope, headers, signal });
    answered = find(readXml(await response.text()), "Body");
  } catch (error) {
    throw new NoAnswer(String(error));
  }
  const fault = find(answered, "Fault");
  if (fault) throw refusalIn(fault);
  const answer = find(answered, expected);
  if (!answer) throw new NoAnswer(`there is no ${expected} in the answer`);
  return answer;
}

/** A SOAP fault: its code and its words. Try again where it says so, or where it came too soon. */
function refusalIn(fault) {
  const words = textOf(fault, "faultstring");
  const detail = find(fault, "detail")?.children[0];
  const code = textOf(detail, "Code");
  const retry = textOf(detail, "Retry") || String(code === "SOA-02002");
  return new Refusal(`${code} ${words}`.trim(), retry === "true" || words.startsWith("Not enough time"));
}
