// What the product knows of its care homes: stays, what the platform said of them, what users must see.

import { createHash, randomUUID } from "node:crypto";

import { NoAnswer, Refusal, confirm, get, post } from "./mycarenet.mjs";
import { escapeXml, find, textOf } from "./xml.mjs";

const REST = 60_000; // ms that a message or a mailbox is left alone after a refusal, or no answer
const DAY = 24 * 60 * REST;
const NAMESPACE = "urn:generale:profiel:vsb:1";
const SEXES = { man: "M", woman: "V" };
const OUTCOMES = { AANVAARD: "accepted", GEWEIGERD: "refused", IN_BERAAD: "pending" };

/** Enters admissions, asks who insures the resident, sends, fetches, confirms and shows. */
export class CareHomes {
  /** Forget everything, and begin with these facilities, addresses and this time. */
  reset(setUp) {
    this.services = setUp.services;
    this.seed = setUp.identity || randomUUID();
    this.messages = 0;
    this.homes = setUp.facilities.map((one) => ({
      hco: one.hco,
      account: { nihii: one.nihii, username: one.username, password: one.password },
      stays: [],
      mailboxes: ["insurance", "admissions"].map((service) => ({ service, fault: null, notBefore: 0 })),
    }));
    this.setClock(setUp.business_time);
  }

  /** Take this as the business time. */
  setClock(instant) {
    this.now = Date.parse(instant);
  }

  /** Somebody moved in: an insurance question and an admission wait for the next sync. */
  admit(told) {
    const { resident: person, start } = told;
    const home = `<Voorziening>${told.facility}</Voorziening>`;
    const insz = `<Insz>${person.insz}</Insz>`;
    const question = `${home}<Bewoner>${insz}</Bewoner><Dag>${start.slice(0, 10)}</Dag>`;
    const admission =
      `${home}<Bewoner>${insz}<Naam>${escapeXml(person.family_name)}</Naam>` +
      `<Voornaam>${escapeXml(person.given_name)}</Voornaam><Geboortedatum>${person.birth_date}</Geboortedatum>` +
      `<Geslacht>${SEXES[person.sex]}</Geslacht></Bewoner>` +
      `<Verblijf><Type>${told.stay_type.toUpperCase()}</Type><Begin>${start}</Begin></Verblijf>`;
    this.homes.find((one) => one.hco === told.facility).stays.push({
      told,
      entered: this.now,
      question: this.#message("insurance", "WZC-VERZEKERING-VRAAG", "Verzekeringsvraag", question),
      admission: this.#message("admissions", "WZC-OPNAME", "Opname", admission),
      decision: null,
      rejection: "",
    });
  }

  /** A message keeps its bytes and its reference until the platform has it. */
  #message(service, name, element, fields) {
    const content = Buffer.from(`<${element} xmlns="${NAMESPACE}">${fields}</${element}>`);
    // The reference says nothing of anybody. The seed makes it, so that a rehearsal can be repeated.
    const chance = createHash("sha256").update(`${this.seed} ${(this.messages += 1)}`);
    const reference = chance.digest("hex").slice(0, 20).toUpperCase();
    return { service, name, content, reference, isReceived: false, refusal: null, warning: "", notBefore: 0 };
  }

  /** Send what waits, then fetch, process and confirm. */
  async sync() {
    for (const home of this.homes) {
      for (const stay of home.stays) {
        await this.#send(home, stay.question);
        if (stay.question.isReceived) await this.#send(home, stay.admission);
      }
      for (const mailbox of home.mailboxes) await this.#read(home, mailbox);
    }
  }

  /** Try a message once, unless the platform has it, refused it, or was asked a moment ago. */
  async #send(home, message) {
    if (message.isReceived || message.refusal || this.now < message.notBefore) return;
    message.notBefore = this.now + REST;
    try {
      message.warning = await post(this.services[message.service], home.account, message);
      message.isReceived = true;
    } catch (error) {
      if (error instanceof Refusal) message.refusal = error.asksAgain ? null : error;
      else if (!(error instanceof NoAnswer)) throw error; // else the same bytes leave again, later
    }
  }

  /** Fetch, take in and confirm, page after page. What is not confirmed comes again. */
  async #read(home, mailbox) {
    const address = this.services[mailbox.service];
    let isFull = mailbox.notBefore <= this.now;
    try {
      while (isFull) {
        const page = await get(address, home.account);
        mailbox.fault = null;
        for (const stay of home.stays) {
          if (page.notPickedUp.includes(stay.admission.reference)) stay.admission.isReceived = false;
        }
        const stored = page.replies.filter((reply) => takenIn(home, reply)).map((reply) => reply.key);
        const isNew = stored.length + page.receipts.length > 0;
        if (isNew) await confirm(address, home.account, stored, page.receipts);
        isFull = page.isFull && isNew;
      }
    } catch (error) {
      if (error instanceof Refusal) mailbox.fault = error.asksAgain ? null : error;
      else if (!(error instanceof NoAnswer)) throw error;
      mailbox.notBefore = this.now + REST;
    }
  }

  /** What the users of every facility see. */
  observation() {
    const facilities = this.homes.map((home) => {
      const closed = home.mailboxes.filter((one) => one.fault);
      const troubles = closed.map((one) => ({ subject: `mailbox ${one.service}`, text: one.fault.message }));
      const problems = home.stays.flatMap((stay) => this.#problems(stay));
      return { facility: home.hco, stays: home.stays.map(shown), worklist: [...troubles, ...problems] };
    });
    return { facilities };
  }

  /** What somebody must know or do about a stay, until it is accepted. */
  #problems(stay) {
    const subject = stay.told.resident.insz;
    const outcome = textOf(stay.decision, "Uitkomst");
    const texts = [stay.question.refusal, stay.admission.refusal].filter(Boolean).map((one) => one.message);
    const controls = outcome === "AANVAARD" ? [] : controlsOf(stay.decision);
    if (!outcome) {
      texts.push(stay.admission.warning, stay.rejection, this.now - stay.entered >= DAY ? "no decision yet" : "");
    } else if (outcome !== "AANVAARD" && !controls.length) {
      texts.push(OUTCOMES[outcome]);
    }
    const items = texts.filter(Boolean).map((text) => ({ subject, text }));
    return [...items, ...controls.map(({ id, text }) => ({ subject, control: id, text }))];
  }
}

/** Take in one reply; false for one that cannot be read, which then stays in the mailbox. */
function takenIn(home, { about, content }) {
  if (!content) return false;
  const isRejection = ["RejectInb", "RejectOutb"].includes(content.name);
  const reference = isRejection ? about : textOf(content, "Betreft");
  for (const stay of home.stays.filter((one) => one.admission.reference === reference)) {
    const fault = find(content, "Fault");
    if (isRejection) stay.rejection = `${textOf(fault, "FaultCode")} ${textOf(fault, "Message")}`;
    else if (textOf(content, "Voorziening") === home.hco && decided(content) > decided(stay.decision)) {
      stay.decision = content; // the one that was decided last counts, in whatever order they come
    }
  }
  return true;
}

/** One stay, with the start and the fund of the decision once it is accepted. */
function shown({ told, decision }) {
  const outcome = OUTCOMES[textOf(decision, "Uitkomst")] ?? "not-answered";
  const stay = { insz: told.resident.insz, stay_type: told.stay_type, start: told.start, decision: outcome };
  if (outcome === "accepted") Object.assign(stay, { fund: textOf(decision, "Zorgkas"), start: textOf(decision, "Begin") });
  return { ...stay, controls: controlsOf(decision).map(({ id }) => id) };
}

/** Id and text of every control that a decision names. */
function controlsOf(decision) {
  const found = find(decision, "Controles")?.children ?? [];
  return found.map((one) => ({ id: textOf(one, "Code"), text: textOf(one, "Tekst") }));
}

/** When it was decided, in ms; long ago where it was not. */
function decided(decision) {
  return decision ? Date.parse(textOf(decision, "Beslist")) : -Infinity;
}
