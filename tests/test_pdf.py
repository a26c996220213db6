"""The program that stands in for wkhtmltopdf, without Odoo."""

import http.server
import io
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from pypdf import PdfReader

SETUP = Path(__file__).resolve().parents[1] / "setup"
PROGRAM = SETUP / "bin" / "wkhtmltopdf"
sys.path.insert(0, str(SETUP))

from pdf import PdfError
from pdf.frames import is_blank
from pdf.media import answer_width
from pdf.options import parse
from pdf.paper import Paper, inches

MM = 72 / 25.4
# What Odoo passes for its default paper format.
ODOO = [
    "--disable-local-file-access",
    "--quiet",
    "--page-size",
    "A4",
    "--margin-top",
    "52.0",
    "--dpi",
    "90",
    "--zoom",
    "1.0666666666666667",
    "--header-spacing",
    "52",
    "--margin-left",
    "0.0",
    "--margin-bottom",
    "32.0",
    "--margin-right",
    "0.0",
    "--orientation",
    "Portrait",
    "--javascript-delay",
    "1000",
]
# The script of Odoo's web.minimal_layout, in short.
FRAME = """<!DOCTYPE html><html style="height: 0"><head><style>
    html, body {{ height: 100%; margin: 0; background: white; }}
</style><script>
    function subst() {{
        const vars = {{}};
        for (const part of document.location.search.substring(1).split("&")) {{
            const [name, value] = part.split("=", 2);
            vars[name] = unescape(value);
        }}
        for (const [css, name] of [["page", "sitepage"], ["topage", "sitepages"]]) {{
            for (const node of document.getElementsByClassName(css)) {{
                node.textContent = vars[name];
            }}
        }}
        const parts = document.getElementById("parts");
        const mine = parts.children[vars["webpage"].split(".", 4)[3]];
        parts.textContent = "";
        parts.appendChild(mine);
    }}
</script></head><body onload="subst()"><div id="parts">{parts}</div></body></html>"""


def _letters(page):
    """Return the letters of a page: which gaps become spaces depends on the host's fonts."""
    return "".join(page.extract_text().split())


def _run(state, *arguments, **environment):
    return subprocess.run(
        [sys.executable, str(PROGRAM), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "CLAPIER_PDF_STATE": str(state), **environment},
    )


@pytest.fixture(scope="module")
def state():
    """A state folder of our own, and no Chromium left behind."""
    folder = Path(tempfile.mkdtemp(prefix="clapier-pdf-"))
    yield folder
    _run(folder, "--stop")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def own_state():
    """The state folder of a test that stops or breaks its broker."""
    folder = Path(tempfile.mkdtemp(prefix="clapier-pdf-"))
    yield folder
    _run(folder, "--stop")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def report(tmp_path, state):
    """A function that prints bodies and returns process, reader and path."""

    def make(*bodies, arguments=(), header=None, footer=None, folder=state, **env):
        files = []
        for name, text in (("header", header), ("footer", footer)):
            if text is not None:
                path = tmp_path / f"report.{name}.tmp.html"
                path.write_text(text)
                files += [f"--{name}-html", path]
        for rank, body in enumerate(bodies):
            path = tmp_path / f"report.body.tmp.{rank}.x.html"
            path.write_text(f"<!DOCTYPE html><html><head></head>{body}</html>")
            files.append(path)
        target = tmp_path / "report.pdf"
        target.unlink(missing_ok=True)
        process = _run(folder, *arguments, *files, target, **env)
        reader = None
        if target.exists():
            reader = PdfReader(io.BytesIO(target.read_bytes()))
        return SimpleNamespace(process=process, pdf=reader, path=target)

    return make


@pytest.fixture
def site():
    """A web server that notes path and cookie; 404 for /missing, late for /slow."""
    seen = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append((self.path, self.headers["Cookie"]))
            if "slow" in self.path:
                time.sleep(20)
            found = "missing" not in self.path
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "text/css")
            self.send_header("Access-Control-Allow-Origin", "*")
            if "public" in self.path:
                self.send_header("Cache-Control", "public, max-age=600")
            self.end_headers()
            self.wfile.write(b"p { margin-left: 100px; }" if found else b"")

        def log_message(self, *arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.block_on_close = False
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield SimpleNamespace(url=f"http://127.0.0.1:{server.server_port}", seen=seen)
    server.shutdown()
    server.server_close()


def _rows(count):
    return "".join(f"<tr><td>row {number}</td></tr>" for number in range(count))


def _tops(page):
    """Return {address: how far under the edge of the page its link begins, in mm}."""
    height = float(page.mediabox.height)
    return {
        link["/A"]["/URI"]: (height - float(link["/Rect"][3])) / MM
        for link in (reference.get_object() for reference in page["/Annots"])
    }


def _link(name):
    return f"<a href='x:{name}' style='display: block; width: 9mm'>{name}</a>"


def _outline_pages(pdf):
    """Return the pages where the outline's roots lead, read as Odoo reads them."""
    root = pdf.trailer["/Root"]
    node, pages = root["/Outlines"]["/First"], []
    while True:
        pages.append(root["/Dests"][node["/Dest"]][0])
        if "/Next" not in node:
            return pages
        node = node["/Next"]


def test_version_is_one_that_odoo_relies_on(state):
    process = _run(state, "--version")
    assert process.returncode == 0
    assert process.stdout.startswith("wkhtmltopdf 0.12.6 ")
    assert "(with patched qt)" in process.stdout


def test_version_fails_in_one_sentence_without_chromium(state):
    process = _run(state, "--version", CLAPIER_CHROMIUM="/nowhere/chromium")
    assert process.returncode == 2
    assert not process.stdout
    assert process.stderr.startswith("Chromium is missing: install")


def test_each_page_has_the_header_and_footer_of_its_document(report):
    long, short = f"<table>{_rows(90)}</table>", "<p>short</p>"
    header = FRAME.format(parts="<p>shop A</p><p>shop B</p>")
    footer = FRAME.format(
        parts=2 * "<p>page <i class='page'></i> of <i class='topage'></i></p>"
    )
    made = report(long, short, arguments=ODOO, header=header, footer=footer)
    assert made.process.returncode == 0, made.process.stderr
    texts = [" ".join(page.extract_text().split()) for page in made.pdf.pages]
    assert len(texts) == 4
    for rank, text in enumerate(texts[:3], start=1):
        assert "shop A" in text and "shop B" not in text
        assert f"page {rank} of 3" in text
    assert "row 0" in texts[0] and "row 89" in texts[2]
    assert "shop B" in texts[3] and "shop A" not in texts[3]
    assert "page 1 of 1" in texts[3] and "short" in texts[3]


def test_header_content_and_footer_stand_in_their_margins(report):
    made = report(
        f"<body style='margin: 0'>{_link('content')}</body>",
        arguments=ODOO,
        header=FRAME.format(parts=f"<div>{_link('header')}</div>"),
        footer=FRAME.format(parts=f"<div>{_link('footer')}</div>"),
    )
    tops = _tops(made.pdf.pages[0])
    assert tops["x:header"] == pytest.approx(0, abs=0.5)
    assert tops["x:content"] == pytest.approx(52, abs=0.5)
    assert tops["x:footer"] == pytest.approx(297 - 32, abs=0.5)


def test_header_without_odoo_s_trick_ends_above_the_content(report):
    body = "<body style='margin: 0'><div style='height: 10mm'>{}</div></body>"
    made = report(
        "<p>content</p>",
        arguments=["--disable-smart-shrinking", "-T", "40", "--header-spacing", "12"],
        header=f"<html><head></head>{body.format(_link('header'))}</html>",
    )
    assert _tops(made.pdf.pages[0])["x:header"] == pytest.approx(18, abs=0.5)


def test_white_ground_of_a_header_hides_nothing(report):
    made = report(
        "<p>content</p>",
        arguments=ODOO,
        header=FRAME.format(parts="<div style='color: #fe0000'>header</div>"),
    )
    forms = made.pdf.pages[0]["/Resources"]["/XObject"]
    (frame,) = [form for name, form in forms.items() if "Clapier" in name]
    drawn = frame.get_object().get_data().decode("latin-1")
    assert "1 1 1 rg" not in drawn


@pytest.mark.parametrize(
    "arguments, width, height",
    [
        (["--page-size", "A4"], 210, 297),
        (["--page-size", "A4", "--orientation", "landscape"], 297, 210),
        (["--page-size", "Letter"], 215.9, 279.4),
        (["--page-width", "57.0mm", "--page-height", "32.0mm"], 57, 32),
        (
            ["--page-width", "32mm", "--page-height", "57mm", "-O", "Landscape"],
            57,
            32,
        ),
    ],
)
def test_page_has_the_size_of_the_paper_format(report, arguments, width, height):
    made = report("<p>x</p>", arguments=[*arguments, "-T", "5", "-B", "5"])
    assert len(made.pdf.pages) == 1
    box = made.pdf.pages[0].mediabox
    assert float(box.width) == pytest.approx(width * MM, abs=1)
    assert float(box.height) == pytest.approx(height * MM, abs=1)


@pytest.mark.parametrize(
    "arguments, size",
    [
        # True to size, as sheets of labels need.
        (["--disable-smart-shrinking", "--dpi", "96", "--zoom", "1.0"], 100),
        # 1.25 times smaller, and larger again by Odoo's zoom for its 90 dpi.
        (["--dpi", "90", "--zoom", "1.0666666666666667"], 100 * 96 / 90 / 1.25),
    ],
)
def test_length_is_that_of_wkhtmltopdf(report, arguments, size):
    link = "<a href='https://example.com' style='display: block; width: 100mm'>x</a>"
    made = report(link, arguments=arguments)
    left, _bottom, right, _top = made.pdf.pages[0]["/Annots"][0]["/Rect"]
    assert float(right) - float(left) == pytest.approx(size * MM, abs=1)


def test_head_of_a_table_stands_on_each_of_its_pages(report):
    # Odoo's sale orders forbid it, for a fault of wkhtmltopdf.
    head = "<thead style='display: table-row-group'><tr><th>HEAD</th></tr></thead>"
    made = report(f"<table>{head}<tbody>{_rows(200)}</tbody></table>")
    assert len(made.pdf.pages) > 2
    for page in made.pdf.pages:
        assert _letters(page).count("HEAD") == 1


def test_outline_tells_odoo_where_each_document_begins(report):
    bodies = [
        f"<h2>Invoice {rank}</h2><table>{_rows(rows)}</table><h5>Terms {rank}</h5>"
        for rank, rows in enumerate((1, 60, 150))
    ]
    made = report(*bodies, arguments=ODOO)
    starts = _outline_pages(made.pdf)
    assert len(starts) == 3 and starts[:2] == [0, 1]
    for rank, start in enumerate(starts):
        assert f"Invoice{rank}" in _letters(made.pdf.pages[start])
    first = made.pdf.trailer["/Root"]["/Outlines"]["/First"]
    assert first["/Title"] == "Invoice 0"
    assert first["/First"]["/Title"] == "Terms 0"


def test_outline_can_be_left_out(report):
    made = report("<h1>x</h1>", arguments=["--no-outline"])
    assert "/Outlines" not in made.pdf.trailer["/Root"]


def test_style_sheets_see_the_window_of_wkhtmltopdf(report):
    body = """<style>
        .wide { display: none }
        @media (min-width: 768px) { .wide { display: block } .narrow { display: none } }
    </style><p class="wide">columns</p><p class="narrow">rows</p>"""
    assert _letters(report(body).pdf.pages[0]) == "rows"
    wide = report(body, arguments=["--viewport-size", "1280x1024"])
    assert _letters(wide.pdf.pages[0]) == "columns"


def test_pieces_come_from_odoo_with_the_session(report, site, tmp_path):
    jar = tmp_path / "jar.txt"
    jar.write_text("session_id=s3cret; HttpOnly; domain=127.0.0.1; path=/;")
    elsewhere = site.url.replace("127.0.0.1", "localhost")
    made = report(
        f"<base href='{site.url}/'><link rel='stylesheet' href='/own.css'>"
        f"<link rel='stylesheet' href='{elsewhere}/other.css'><p>text</p>",
        arguments=["--cookie-jar", jar],
    )
    assert made.process.returncode == 0, made.process.stderr
    assert dict(site.seen) == {"/own.css": "session_id=s3cret", "/other.css": None}


def test_session_of_a_call_is_unknown_to_the_next(report, site, tmp_path):
    jar = tmp_path / "jar.txt"
    jar.write_text("session_id=s3cret; HttpOnly; domain=127.0.0.1; path=/;")
    body = f"<base href='{site.url}/'><link rel='stylesheet' href='/own.css'><p>x</p>"
    report(body, arguments=["--cookie-jar", jar])
    report(body)
    assert [cookie for _path, cookie in site.seen] == ["session_id=s3cret", None]


def test_public_style_sheet_is_asked_for_once_and_others_each_time(report, site):
    link = "<link rel='stylesheet' href='/{}.css'>"
    body = (
        f"<base href='{site.url}/'>{link.format('public')}{link.format('own')}"
        f"<p>{_link('indented')}</p>"
    )
    made = [report(body), report(body)]
    asked = sorted(path for path, _cookie in site.seen)
    assert asked == ["/own.css", "/own.css", "/public.css"]
    lefts = [one.pdf.pages[0]["/Annots"][0]["/Rect"][0] for one in made]
    assert lefts[0] == lefts[1] > 80


def test_missing_piece_is_named_and_the_rest_is_printed(report, site):
    made = report(f"<base href='{site.url}/'><p>text</p><img src='/missing.png'>")
    assert made.process.returncode == 1
    assert made.process.stderr.strip() == (
        "Printed without what could not be fetched: "
        f"{site.url}/missing.png answered 404."
    )
    assert "text" in _letters(made.pdf.pages[0])


def test_site_of_others_that_does_not_answer_costs_only_its_piece(report, site):
    slow = site.url.replace("127.0.0.1", "localhost") + "/slow.png"
    body = f"<base href='{site.url}/'><p>text</p><img src='{slow}'>"
    made = report(body, CLAPIER_PDF_TIMEOUT="8")
    assert made.process.returncode == 1
    assert f"{slow} did not answer" in made.process.stderr
    assert "text" in _letters(made.pdf.pages[0])


def test_odoo_that_does_not_answer_is_named_with_the_setting(report, site):
    body = f"<base href='{site.url}/'><p>text</p><img src='/slow.png'>"
    made = report(body, CLAPIER_PDF_TIMEOUT="4")
    assert made.process.returncode == 2
    assert f"still waiting for {site.url}/slow.png" in made.process.stderr
    assert "report.url" in made.process.stderr


def test_files_of_the_server_are_out_of_reach(report, tmp_path):
    secret = tmp_path / "secret.html"
    secret.write_text("database password")
    made = report(f"<p>text</p><iframe src='file://{secret}'></iframe>")
    assert "password" not in _letters(made.pdf.pages[0])


def test_script_gets_the_time_that_odoo_asks_for(report):
    body = """<p id="late">early</p><script>
        setTimeout(() => { document.getElementById("late").textContent = "late" }, 300)
    </script>"""
    made = report(body, arguments=["--javascript-delay", "1000"])
    assert _letters(made.pdf.pages[0]) == "late"
    dead = report(body, arguments=["--disable-javascript"])
    assert _letters(dead.pdf.pages[0]) == "early"


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["/nowhere/body.html", "out.pdf"], "The file /nowhere/body.html cannot"),
        (["--page-size", "A99", PROGRAM, "out.pdf"], "The paper size “A99” is unknown"),
        (["--margin-top", "9 lines", PROGRAM, "out.pdf"], "“9 lines” is not a length"),
        (["--margin-top", "400", PROGRAM, "out.pdf"], "The margins leave no room"),
        (["--toc", PROGRAM, "out.pdf"], "The command line is not understood"),
        (["alone.pdf"], "Name at least one HTML file"),
        ([PROGRAM, "/nowhere/out.pdf"], "The PDF cannot be written to /nowhere"),
    ],
)
def test_mistake_is_told_in_one_sentence(state, tmp_path, arguments, words):
    process = _run(state, *arguments)
    assert process.returncode == 2
    assert process.stderr.startswith(words)
    assert process.stderr.count("\n") == 1


def test_document_that_never_ends_is_given_up_by_name(report):
    body = "<script>for (;;) {}</script>"
    made = report(body, CLAPIER_PDF_TIMEOUT="2")
    assert made.process.returncode == 2
    assert "2.0 s" in made.process.stderr
    assert report("<p>next</p>").process.returncode == 0


def test_second_call_finds_chromium_open(report, state):
    report("<p>one</p>")
    before = _run(state, "--status").stdout
    report("<p>two</p>")
    assert "chromium " in before
    assert _run(state, "--status").stdout == before


def test_calls_that_come_together_share_one_chromium(own_state, tmp_path):
    (tmp_path / "body.html").write_text("<p>text</p>")
    calls = [
        subprocess.Popen(
            [sys.executable, PROGRAM, tmp_path / "body.html", tmp_path / f"{rank}.pdf"],
            env={**os.environ, "CLAPIER_PDF_STATE": str(own_state)},
        )
        for rank in range(4)
    ]
    assert [call.wait(120) for call in calls] == [0, 0, 0, 0]
    assert len(list(own_state.glob("chromium-*"))) == 1


def _chromium(state):
    words = _run(state, "--status").stdout.split()
    return int(words[words.index("chromium") + 1])


def _runs(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_chromium_that_died_is_started_again(report, own_state):
    report("<p>one</p>", folder=own_state)
    first = _chromium(own_state)
    os.killpg(first, signal.SIGKILL)
    again = report("<p>two</p>", folder=own_state)
    assert again.process.returncode == 0, again.process.stderr
    assert _chromium(own_state) != first


def test_stop_ends_chromium_and_leaves_nothing(report, own_state):
    report("<p>one</p>", folder=own_state)
    pid = _chromium(own_state)
    assert _run(own_state, "--stop").returncode == 0
    assert not _runs(pid)
    assert not list(own_state.glob("chromium-*"))
    assert _run(own_state, "--status").returncode == 1
    assert _run(own_state, "--stop").returncode == 0


def test_chromium_ends_when_nobody_prints(report, own_state):
    report("<p>one</p>", folder=own_state, CLAPIER_PDF_IDLE="1")
    pid = _chromium(own_state)
    deadline = time.monotonic() + 20
    while _runs(pid) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert not _runs(pid)


def test_memory_limit_of_an_odoo_worker_does_not_reach_chromium(own_state, tmp_path):
    (tmp_path / "body.html").write_text("<p>text</p>")
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    process = subprocess.run(
        [sys.executable, PROGRAM, tmp_path / "body.html", tmp_path / "out.pdf"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "CLAPIER_PDF_STATE": str(own_state)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (2**30, hard)),
    )
    assert process.returncode == 0, process.stderr


def test_folder_open_to_others_is_refused(own_state):
    own_state.chmod(0o755)
    process = _run(own_state, "--status")
    own_state.chmod(0o700)
    assert process.returncode == 2
    assert "is open to other users" in process.stderr


def test_empty_header_of_odoo_is_blank_and_others_are_not():
    assert is_blank(FRAME.format(parts="\n <!-- none --> "))
    assert not is_blank(FRAME.format(parts="<p>shop</p>"))
    assert not is_blank(FRAME.format(parts="<img src='logo.png'>"))
    assert not is_blank(FRAME.format(parts='<div style="border: 1px solid"></div>'))


def test_only_questions_about_the_width_are_answered():
    css = "@media screen and (min-width: 36em) and (hover) { a { width: 1px } }"
    assert answer_width(css, 0) == css.replace("(min-width: 36em)", "(max-width:0)")
    assert answer_width(css, 800) == css.replace("(min-width: 36em)", "(min-width:0)")
    assert answer_width("a { min-width: 3px }", 0) == "a { min-width: 3px }"


def test_length_is_read_with_its_unit():
    assert inches("25.4") == pytest.approx(1)
    assert inches("2.54cm") == pytest.approx(1)
    assert inches("1in") == inches("72pt") == inches("96px") == 1
    with pytest.raises(PdfError):
        inches("wide")


def test_window_is_wider_than_the_paper_by_the_shrinking():
    options = parse([*ODOO, "body.html", "out.pdf"])
    paper = Paper.from_options(options)
    assert paper.scale == pytest.approx(96 / 90 / 1.25)
    assert paper.window(paper.room_height)[0] == 930
