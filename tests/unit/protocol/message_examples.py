"""Every message by example, with its bytes: the one list for readers, writers and both schema libraries."""

from datetime import date

from tests.unit.protocol.stay_examples import ANNA, HOME, SPRING, STAY_EXAMPLES, SUMMER, wire

from generale.protocol.calendar import CareMonth
from generale.protocol.ids import FundNumber, Hco, Reference
from generale.protocol.messages import (
    Advance,
    Category,
    ControlResult,
    Decision,
    FundChangeNotice,
    InsuranceAnswer,
    InsuranceQuestion,
    InsuranceStatus,
    Message,
    Outcome,
    Payment,
    RecoveryNotice,
    Repayment,
    TakeoverNotice,
)
from generale.protocol.money import Euro

HEIR = Hco.parse("9002")
FIRST_FUND, SECOND_FUND = FundNumber.parse("810"), FundNumber.parse("820")

EXAMPLES: list[tuple[str, Message, bytes]] = [
    *STAY_EXAMPLES,
    (
        "insurance question",
        InsuranceQuestion(facility=HOME, insz=ANNA, day=date(2019, 4, 1)),
        wire("""
        <Verzekeringsvraag>
          <Voorziening>9001</Voorziening>
          <Bewoner><Insz>38021400004</Insz></Bewoner>
          <Dag>2019-04-01</Dag>
        </Verzekeringsvraag>"""),
    ),
    (
        "insurance answer, insured",
        InsuranceAnswer(
            facility=HOME,
            about=Reference.parse("V1"),
            insz=ANNA,
            day=date(2019, 4, 1),
            status=InsuranceStatus.INSURED,
            fund=FIRST_FUND,
            since=date(2019, 1, 1),
        ),
        wire("""
        <Verzekeringsantwoord>
          <Voorziening>9001</Voorziening>
          <Betreft>V1</Betreft>
          <Bewoner><Insz>38021400004</Insz></Bewoner>
          <Dag>2019-04-01</Dag>
          <Status>VERZEKERD</Status>
          <Zorgkas>810</Zorgkas>
          <Sinds>2019-01-01</Sinds>
        </Verzekeringsantwoord>"""),
    ),
    (
        "insurance answer, unknown person",
        InsuranceAnswer(
            facility=HOME,
            about=Reference.parse("V2"),
            insz=ANNA,
            day=date(2019, 4, 1),
            status=InsuranceStatus.UNKNOWN_PERSON,
        ),
        wire("""
        <Verzekeringsantwoord>
          <Voorziening>9001</Voorziening>
          <Betreft>V2</Betreft>
          <Bewoner><Insz>38021400004</Insz></Bewoner>
          <Dag>2019-04-01</Dag>
          <Status>ONBEKEND</Status>
        </Verzekeringsantwoord>"""),
    ),
    (
        "fund change",
        FundChangeNotice(
            facility=HOME, insz=ANNA, former_fund=FIRST_FUND, fund=SECOND_FUND, start=date(2020, 1, 1)
        ),
        wire("""
        <WijzigingZorgkas>
          <Voorziening>9001</Voorziening>
          <Bewoner><Insz>38021400004</Insz></Bewoner>
          <VorigeZorgkas>810</VorigeZorgkas>
          <Zorgkas>820</Zorgkas>
          <Vanaf>2020-01-01</Vanaf>
        </WijzigingZorgkas>"""),
    ),
    (
        "decision, accepted",
        Decision(
            facility=HOME,
            about=Reference.parse("A1"),
            outcome=Outcome.ACCEPTED,
            decided=SUMMER,
            rule_set=date(2019, 4, 1),
            fund=FIRST_FUND,
            start=SPRING,
            category=Category.CD,
        ),
        wire("""
        <Beslissing>
          <Voorziening>9001</Voorziening>
          <Betreft>A1</Betreft>
          <Uitkomst>AANVAARD</Uitkomst>
          <Beslist>2019-07-02T14:30:00+02:00</Beslist>
          <Regelset>2019-04-01</Regelset>
          <Zorgkas>810</Zorgkas>
          <Begin>2019-04-01T10:00:00+02:00</Begin>
          <Categorie>Cd</Categorie>
        </Beslissing>"""),
    ),
    (
        "decision, refused",
        Decision(
            facility=HOME,
            about=Reference.parse("A1"),
            outcome=Outcome.REFUSED,
            decided=SUMMER,
            rule_set=date(2019, 4, 1),
            controls=(
                ControlResult(control="HX-ADM-04", text="Het INSZ klopt niet.", field="Bewoner/Insz"),
                ControlResult(control="HX-ADM-99", text="Iets anders."),
            ),
        ),
        wire("""
        <Beslissing>
          <Voorziening>9001</Voorziening>
          <Betreft>A1</Betreft>
          <Uitkomst>GEWEIGERD</Uitkomst>
          <Beslist>2019-07-02T14:30:00+02:00</Beslist>
          <Regelset>2019-04-01</Regelset>
          <Controles>
            <Controle>
              <Code>HX-ADM-04</Code>
              <Tekst>Het INSZ klopt niet.</Tekst>
              <Veld>Bewoner/Insz</Veld>
            </Controle>
            <Controle><Code>HX-ADM-99</Code><Tekst>Iets anders.</Tekst></Controle>
          </Controles>
        </Beslissing>"""),
    ),
    (
        "takeover",
        TakeoverNotice(facility=HOME, successor=HEIR, first_day=date(2019, 9, 16), continuity=True),
        wire("""
        <Overname>
          <Voorziening>9001</Voorziening>
          <Opvolger>9002</Opvolger>
          <EersteDag>2019-09-16</EersteDag>
          <Continuiteit>true</Continuiteit>
        </Overname>"""),
    ),
    (
        "payment",
        Payment(
            facility=HOME,
            fund=FIRST_FUND,
            payment=Reference.parse("P1"),
            month=CareMonth(2019, 4),
            sending_number=7,
            paid=date(2019, 5, 20),
            amount=Euro(193050),
        ),
        wire("""
        <Betaling>
          <Voorziening>9001</Voorziening>
          <Zorgkas>810</Zorgkas>
          <Betaalreferentie>P1</Betaalreferentie>
          <Maand>2019-04</Maand>
          <Zendingsnummer>7</Zendingsnummer>
          <BetaaldOp>2019-05-20</BetaaldOp>
          <Bedrag>1930.50</Bedrag>
        </Betaling>"""),
    ),
    (
        "advance",
        Advance(
            facility=HOME,
            fund=FIRST_FUND,
            payment=Reference.parse("P2"),
            month=CareMonth(2019, 5),
            paid=date(2019, 5, 2),
            amount=Euro(1),
        ),
        wire("""
        <Voorschot>
          <Voorziening>9001</Voorziening>
          <Zorgkas>810</Zorgkas>
          <Betaalreferentie>P2</Betaalreferentie>
          <Maand>2019-05</Maand>
          <BetaaldOp>2019-05-02</BetaaldOp>
          <Bedrag>0.01</Bedrag>
        </Voorschot>"""),
    ),
    (
        "recovery notice",
        RecoveryNotice(
            facility=HOME,
            fund=FIRST_FUND,
            notice=Reference.parse("T1"),
            first_month=CareMonth(2019, 4),
            last_month=CareMonth(2019, 6),
            sent=date(2020, 2, 1),
            due=date(2020, 3, 1),
            amount=Euro(12345678),
        ),
        wire("""
        <Terugvordering>
          <Voorziening>9001</Voorziening>
          <Zorgkas>810</Zorgkas>
          <Kenmerk>T1</Kenmerk>
          <EersteMaand>2019-04</EersteMaand>
          <LaatsteMaand>2019-06</LaatsteMaand>
          <Verzonden>2020-02-01</Verzonden>
          <Vervaldag>2020-03-01</Vervaldag>
          <Bedrag>123456.78</Bedrag>
        </Terugvordering>"""),
    ),
    (
        "repayment",
        Repayment(
            facility=HOME,
            fund=FIRST_FUND,
            notice=Reference.parse("T1"),
            received=date(2020, 2, 20),
            amount=Euro(12345678),
        ),
        wire("""
        <Terugbetaling>
          <Voorziening>9001</Voorziening>
          <Zorgkas>810</Zorgkas>
          <Kenmerk>T1</Kenmerk>
          <OntvangenOp>2020-02-20</OntvangenOp>
          <Bedrag>123456.78</Bedrag>
        </Terugbetaling>"""),
    ),
]
"""What it is, the message, and its bytes. Every relation between the fields holds in them."""
