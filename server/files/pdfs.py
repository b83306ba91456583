"""PDFs are built anew from their pages: scripts, actions, forms, links and carried files stay behind.

pdfium copies what a page draws into a new document, flattens notes and filled forms into it, and writes it
without object streams. What it wrote is then searched for the names of everything that acts; a page's own
actions would come along, and such a file is refused. Runs in the examiner only.
"""

from __future__ import annotations

import re
from pathlib import Path

import pypdfium2 as pdfium
from pypdfium2 import raw

from server.files import pictures, rules
from server.files.verdict import Refused, Verdict

_STREAM = re.compile(rb"stream\r\n.*?endstream", re.DOTALL)
_ACTS = re.compile(
    rb"/(?:AA|OpenAction|JavaScript|JS|Launch|SubmitForm|ImportData|GoToR|GoToE|EmbeddedFiles?|EF|Filespec"
    rb"|RichMedia|Rendition|XFA|AcroForm|ObjStm|Encrypt)(?=[\s/<\[(\]>])"
)
_BLANK = re.compile(rb"\((?:\\.|[^\\()])*\)", re.DOTALL)


def rebuild(source: Path, content: Path, thumbnail: Path) -> Verdict:
    """Write the document and the thumbnail of its first page.

    Raises:
        Refused: it is locked, damaged, too long, or something in it acts.
    """
    with source.open("rb") as opened:
        if not opened.read(5).startswith(b"%PDF-"):
            raise Refused("file_mismatch")
    try:
        document = pdfium.PdfDocument(source)
        count = len(document)
    except pdfium.PdfiumError as error:
        is_locked = raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD
        raise Refused("file_locked" if is_locked else "file_unreadable") from error
    if count > rules.PDF_PAGES:
        raise Refused("file_pages")
    if count == 0:
        raise Refused("file_unreadable")
    if raw.FPDFDoc_GetAttachmentCount(document) or raw.FPDFDoc_GetJavaScriptActionCount(document):
        # It was made to do something: better that its author takes that out than that half of it is kept.
        raise Refused("file_unsafe")
    try:
        _write_anew(document, content)
        _draw_first(content, thumbnail)
    except pdfium.PdfiumError as error:
        raise Refused("file_unreadable") from error
    if acts(content.read_bytes()):
        raise Refused("file_unsafe")
    return Verdict("pdf")


def _write_anew(document: pdfium.PdfDocument, content: Path) -> None:
    anew = pdfium.PdfDocument.new()
    anew.import_pages(document)
    for index in range(len(anew)):
        page = anew[index]
        raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY)
        while raw.FPDFPage_GetAnnotCount(page) > 0 and raw.FPDFPage_RemoveAnnot(page, 0):
            pass
        page.close()
    anew.save(content)


def _draw_first(content: Path, thumbnail: Path) -> None:
    page = pdfium.PdfDocument(content)[0]
    width, height = page.get_size()
    if width <= 0 or height <= 0:
        raise Refused("file_unreadable")
    scale = 2 * rules.THUMBNAIL_SIDE / max(width, height)
    pictures.small(page.render(scale=scale).to_pil().convert("RGB"), thumbnail)


def acts(written: bytes) -> bool:
    """Whether a document that pdfium wrote holds anything that acts.

    pdfium escapes line ends in strings, so "stream" and a line end begin a stream and nothing else; and it
    writes names without escapes for plain letters.
    """
    return _ACTS.search(_BLANK.sub(b"()", _STREAM.sub(b"", written))) is not None
