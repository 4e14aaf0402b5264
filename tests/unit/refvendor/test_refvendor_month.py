"""A clean month at the reference vendor: admitted, decided, billed, settled."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from generale.driver.observations import DecisionState, InvoiceStatus, LineStatus
from generale.driver.stimuli import Admit, BillMonth, Correct, EndStay
from generale.protocol.calendar import CareMonth
from generale.protocol.clock import BRUSSELS
from generale.protocol.flatfile import BillKind, technical_faults, decode
from generale.protocol.genericasync import Compression
from generale.protocol.messages import Admission, EndOfStay, EndReason, Message, Outcome, StayType
from generale.protocol.money import Euro
from generale.refvendor.product import ReferenceVendor
from tests.unit.refvendor.fake_platform import FUND, HCO, OTHER_FUND, PROFILE, FakePlatform, person, vendor_at

def test_x(): pass
