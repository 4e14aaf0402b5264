"""Examples of what a facility tells of a stay, with their bytes; part of the one list of examples."""

import re
from datetime import date, datetime

from generale.protocol.clock import BRUSSELS
from generale.protocol.ids import Hco, Insz, Reference, Sex
from generale.protocol.messages import (
    Absence,
    AbsenceReason,
    Admission,
    AgreementEndReason,
    Assessment,
    ChangeOfStayType,
    Correction,
    Dependence,
    EndOfAbsence,
    EndOfAgreement,
    EndOfStay,
    EndReason,
    Message,
    StayType,
    Withdrawal,
)

HOME = Hco.parse("9001")
ANNA = Insz.parse("38021400004")
SPRING = datetime(2019, 4, 1, 10, tzinfo=BRUSSELS)
SUMMER = datetime(2019, 7, 2, 14, 30, tzinfo=BRUSSELS)
WINTER = datetime(2019, 12, 31, 23, 59, tzinfo=BRUSSELS)


def wire(text: str) -> bytes:
    """The bytes of a message that is laid out for readers: no blanks between elements, and the namespace."""
    body = re.sub(r">\s+<", "><", text.strip())
    root = body.replace(">", ' xmlns="urn:generale:profiel:vsb:1">', 1)
    return f"<?xml version='1.0' encoding='UTF-8'?>\n{root}".encode()


STAY_EXAMPLES: list[tuple[str, Message, bytes]] = [
    (
        "admission",
        Admission(
            facility=HOME,
            insz=ANNA,
            family_name="Proefpersoon-De Vrië",
            given_name="Anna & Co",
            birth_date=date(1938, 2, 14),
            sex=Sex.WOMAN,
            stay_type=StayType.ROB,
            start=SPRING,
        ),
        wire("""
        <Opname>
          <Voorziening>9001</Voorziening>
          <Bewoner>
            <Insz>38021400004</Insz>
            <Naam>Proefpersoon-De Vrië</Naam>
            <Voornaam>Anna &amp; Co</Voornaam>
            <Geboortedatum>1938-02-14</Geboortedatum>
            <Geslacht>V</Geslacht>
          </Bewoner>
          <Verblijf><Type>ROB</Type><Begin>2019-04-01T10:00:00+02:00</Begin></Verblijf>
        </Opname>"""),
    ),
    (
        "change of stay type",
        ChangeOfStayType(facility=HOME, insz=ANNA, stay_type=StayType.RVT, start=SUMMER),
        wire("""
        <WijzigingVerblijfstype>
          <Voorziening>9001</Voorziening>
          <Bewoner><Insz>38021400004</Insz></Bewoner>
          <Verblijf><Type>RVT</Type><Begin>2019-07-02T14:30:00+02:00</Begin></Verblijf>
        </WijzigingVerblijfstype>"""),
    ),
    (
        "absence that lasts",
        Absence(facility=HOME, insz=ANNA, reason=AbsenceReason.HOSPITAL, start=SPRING),
        wire("""
        <Afwezigheid>
          <Voorziening>9001</Voorziening>
          <Bewoner><Insz>38021400004</Insz></Bewoner>
          <Reden>ZIEKENHUIS</Reden>
          <Begin>2019-04-01T10:00:00+02:00</Begin>
        </Afwezigheid>"""),
    ),
    (
        "absence that is over",
        Absence(facility=HOME, insz=ANNA, reason=AbsenceReason.LEAVE, start=SPRING, end=SUMMER),
        wire("""
        <Afwezigheid>
          <Voorziening>9001</Voorziening>
          <Bewoner><Insz>38021400004</Insz></Bewoner>
          <Reden>VERLOF</Reden>
          <Begin>2019-04-01T10:00:00+02:00</Begin>
          <Einde>2019-07-02T14:30:00+02:00</Einde>
        </Afwezigheid>"""),
    ),
    (
        "end of absence",
        EndOfAbsence(facility=HOME, insz=ANNA, end=SUMMER),
        wire("""
        <EindeAfwezigheid>
          <Voorziening>9001</Voorziening>
          <Bewoner><Insz>38021400004</Insz></Bewoner>
          <Einde>2019-07-02T14:30:00+02:00</Einde>
        </EindeAfwezigheid>"""),
    ),
    (
        "end of stay",
        EndOfStay(facility=HOME, insz=ANNA, end=WINTER, reason=EndReason.DEATH),
        wire("""
        <EindeVerblijf>
          <Voorziening>9001</Voorziening>
          <Bewoner><Insz>38021400004</Insz></Bewoner>
          <Verblijf><Einde>2019-12-31T23:59:00+01:00</Einde><Reden>OVERLIJDEN</Reden></Verblijf>
        </EindeVerblijf>"""),
    ),
    (
        "end of agreement",
        EndOfAgreement(
            facility=HOME, insz=ANNA, last_day=date(2020, 1, 31), reason=AgreementEndReason.RESIDENT
        ),
        wire("""
        <EindeWoonovereenkomst>
          <Voorziening>9001</Voorziening>
          <Bewoner><Insz>38021400004</Insz></Bewoner>
          <LaatsteDag>2020-01-31</LaatsteDag>
          <Reden>BEWONER</Reden>
        </EindeWoonovereenkomst>"""),
    ),
    (
        "correction of a person",
        Correction(facility=HOME, corrects=Reference.parse("A1"), insz=ANNA, given_name="Annie"),
        wire("""
        <Correctie>
          <Voorziening>9001</Voorziening>
          <Corrigeert>A1</Corrigeert>
          <Bewoner><Insz>38021400004</Insz><Voornaam>Annie</Voornaam></Bewoner>
        </Correctie>"""),
    ),
    (
        "correction with every field",
        Correction(
            facility=HOME,
            corrects=Reference.parse("A1"),
            insz=ANNA,
            family_name="Proef",
            given_name="Annie",
            birth_date=date(1938, 2, 14),
            sex=Sex.WOMAN,
            stay_type=StayType.CVK,
            start=SPRING,
            end=SUMMER,
            reason=EndReason.DEPARTURE,
            absence_reason=AbsenceReason.HOSPITAL,
            absence_start=SPRING,
            absence_end=SUMMER,
            agreement_last_day=date(2020, 1, 31),
            agreement_reason=AgreementEndReason.FACILITY,
        ),
        wire("""
        <Correctie>
          <Voorziening>9001</Voorziening>
          <Corrigeert>A1</Corrigeert>
          <Bewoner>
            <Insz>38021400004</Insz>
            <Naam>Proef</Naam>
            <Voornaam>Annie</Voornaam>
            <Geboortedatum>1938-02-14</Geboortedatum>
            <Geslacht>V</Geslacht>
          </Bewoner>
          <Verblijf>
            <Type>CVK</Type>
            <Begin>2019-04-01T10:00:00+02:00</Begin>
            <Einde>2019-07-02T14:30:00+02:00</Einde>
            <Reden>VERTREK</Reden>
          </Verblijf>
          <Afwezigheid>
            <Reden>ZIEKENHUIS</Reden>
            <Begin>2019-04-01T10:00:00+02:00</Begin>
            <Einde>2019-07-02T14:30:00+02:00</Einde>
          </Afwezigheid>
          <Woonovereenkomst><LaatsteDag>2020-01-31</LaatsteDag><Reden>VOORZIENING</Reden></Woonovereenkomst>
        </Correctie>"""),
    ),
    (
        "withdrawal",
        Withdrawal(facility=HOME, withdraws=Reference.parse("A1"), insz=ANNA),
        wire("""
        <Intrekking>
          <Voorziening>9001</Voorziening>
          <TrektIn>A1</TrektIn>
          <Bewoner><Insz>38021400004</Insz></Bewoner>
        </Intrekking>"""),
    ),
    (
        "assessment",
        Assessment(
            facility=HOME,
            insz=ANNA,
            assessed=date(2019, 4, 3),
            assessor="Beoordelaar Proef",
            washing=Dependence.FULL,
            dressing=Dependence.SEVERE,
            moving=Dependence.SLIGHT,
            toilet=Dependence.NONE,
            continence=Dependence.NONE,
            eating=Dependence.SLIGHT,
            time=Dependence.SEVERE,
            place=Dependence.FULL,
            dementia=True,
            diagnosed=date(2018, 11, 30),
        ),
        wire("""
        <Indicatiestelling>
          <Voorziening>9001</Voorziening>
          <Bewoner><Insz>38021400004</Insz></Bewoner>
          <Beoordeling><Datum>2019-04-03</Datum><Beoordelaar>Beoordelaar Proef</Beoordelaar></Beoordeling>
          <Fysiek>
            <Wassen>4</Wassen>
            <Kleden>3</Kleden>
            <Verplaatsen>2</Verplaatsen>
            <Toilet>1</Toilet>
            <Continentie>1</Continentie>
            <Eten>2</Eten>
          </Fysiek>
          <Orientatie><Tijd>3</Tijd><Plaats>4</Plaats></Orientatie>
          <Dementie><Vastgesteld>true</Vastgesteld><Datum>2018-11-30</Datum></Dementie>
        </Indicatiestelling>"""),
    ),
]
