"""pyHanko's opinion: integrity, trust and coverage of every signature, and the PAdES level that it finds.

Above B-B it must also come to its verdict by ETSI EN 319 102-1: with time, at B-LTA for the long term. From B-LT on by
what the file brings: only the roots come from outside.
"""

import asyncio
from dataclasses import replace

from asn1crypto import crl, pem
from pyhanko.keys import load_certs_from_pemder
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import (
    DocumentSecurityStore,
    async_validate_pdf_signature,
    async_validate_pdf_timestamp,
)
from pyhanko.sign.validation.ades import ades_lta_validation, ades_with_time_validation
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation.errors import NoDSSFoundError, SignatureValidationError
from pyhanko.sign.validation.policy_decl import LocalKnowledge, PdfSignatureValidationSpec, SignatureValidationSpec
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer

# Levels whose files hold certificates and revocation lists.
BRINGS_ALL = ("b-lt", "b-lta")


def looker(trust):
    """What looks at one sample and fills an opinion."""
    roots = list(load_certs_from_pemder([str(path) for path in sorted(trust.glob("*.pem"))]))
    lists = [read_list(path) for path in sorted(trust.glob("*.crl"))]

    def look(sample, opinion):
        try:
            asyncio.run(judge(sample, opinion, roots, lists))
        except (PdfError, SignatureValidationError, ValueError) as error:
            # A file too damaged to be read is refused as well.
            opinion.expect(False, f"{type(error).__name__}: {error}")

    return look


def read_list(path):
    data = path.read_bytes()
    return crl.CertificateList.load(pem.unarmor(data)[2] if pem.detect(data) else data)


async def judge(sample, opinion, roots, lists):
    with open(sample.path, "rb") as file:
        reader = PdfFileReader(file)
        signatures = reader.embedded_regular_signatures
        opinion.expect(len(signatures) == 1, f"{len(signatures)} signatures")
        for signature in signatures:
            context = ValidationContext(
                trust_roots=roots, crls=lists, other_certs=brought(reader), allow_fetching=False,
                revocation_mode="require",
            )  # fmt: skip
            status = await async_validate_pdf_signature(signature, context, context)
            opinion.expect(status.bottom_line, status.pretty_print_details())
            opinion.expect(status.docmdp_ok is not False, "a change that DocMDP does not allow")
            revisions = 2 if sample.level in BRINGS_ALL else 1
            opinion.expect(reader.total_revisions == revisions, f"{reader.total_revisions} revisions")
            # What B-LT adds stands behind the signature; whether it may is what DocMDP is asked.
            later = sample.level in BRINGS_ALL
            wanted = SignatureCoverageLevel.ENTIRE_REVISION if later else SignatureCoverageLevel.ENTIRE_FILE
            opinion.expect(status.coverage == wanted, f"coverage: {status.coverage.name}")
            for stamp in reader.embedded_timestamp_signatures:
                stamped = await async_validate_pdf_timestamp(stamp, context)
                good = stamped.intact and stamped.valid and stamped.trusted
                opinion.expect(good, "a document time stamp is not valid")
                whole = stamped.coverage == SignatureCoverageLevel.ENTIRE_FILE
                opinion.expect(whole, f"a document time stamp covers {stamped.coverage.name}")
            level = level_of(reader, status)
            opinion.facts["level"] = level
            opinion.expect(level == sample.level, f"{level}, not {sample.level}")
            if level != "b-b" and not sample.attack:
                await judge_by_its_time(opinion, reader, level, roots, lists)


def brought(reader):
    """Certificates of the file's DSS: a time stamp authority's issuer may stand there alone."""
    try:
        return list(DocumentSecurityStore.read_dss(reader).load_certs())
    except NoDSSFoundError:
        return []


def brought_lists(reader):
    store = DocumentSecurityStore.read_dss(reader)
    return [crl.CertificateList.load(one.get_object().data) for one in store.crls]


def level_of(reader, status):
    if status.timestamp_validity is None:
        return "b-b"
    try:
        DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return "b-t"
    return "b-lta" if reader.embedded_timestamp_signatures else "b-lt"


async def judge_by_its_time(opinion, reader, level, roots, lists):
    (signature,) = reader.embedded_regular_signatures
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(roots), revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO)
    )
    known = [CRLContainer(one) for one in (brought_lists(reader) if level in BRINGS_ALL else lists)]
    spec = SignatureValidationSpec(
        cert_validation_policy=policy,
        ts_cert_validation_policy=policy,
        local_knowledge=LocalKnowledge(known_crls=known, known_certs=brought(reader)),
    )
    if level == "b-lta":
        spec = replace(spec, local_knowledge=LocalKnowledge())
        result = await ades_lta_validation(signature, PdfSignatureValidationSpec(spec))
    else:
        digest = signature.compute_digest()
        result = await ades_with_time_validation(signature.signed_data, spec, raw_digest=digest)
    opinion.facts["ades"] = result.ades_subindic.name
    opinion.expect(result.ades_subindic == AdESPassed.OK, f"AdES-LTA: {result.ades_subindic} {result.failure_msg}")
