"""Earlier bundles: read with suspicion, judged again, and played again as their plan says."""

from pathlib import Path

from generale.conformance.bundle_folder import read_bundle
from generale.conformance.engine import judged
from generale.conformance.integrity import require_whole
from generale.protocol.errors import UsageError
from generale.protocol.profile import compile_profile
from generale.results.bundle import Bundle, BundleError
from generale.results.verdicts import Judgement

_PROFILE = "profile/"


def judge_again(bundle: Bundle) -> Bundle:
    """The bundle with verdicts made anew, by the profile that lies in it."""
    return judged(bundle, compile_profile(profile_files(bundle)))


def profile_files(bundle: Bundle) -> dict[str, bytes]:
    """The files of the exchange profile that lies in a bundle."""
    return {
        name.removeprefix(_PROFILE): raw for name, raw in bundle.files.items() if name.startswith(_PROFILE)
    }


def whole_bundle(folder: Path) -> Bundle:
    """The bundle in a folder, judged anew; ``UsageError`` where it is none, or was altered after the run."""
    bundle = read_bundle(folder)
    try:
        require_whole(bundle)
        return judge_again(bundle)
    except BundleError as error:
        raise UsageError(str(error), hint="the bundle was altered after the run, or is incomplete") from error


def earlier_judgement(folder: Path) -> Judgement:
    """What the checks of this version say of an earlier bundle, so that only the product differs."""
    return whole_bundle(folder).judgement
