#!/usr/bin/env python3
"""The commands of a checkout: `python3 dev.py demo`, `python3 dev.py test`, and a few more.

Needs Python 3.11 with pip and venv, Node.js 20 with npm, and nothing else. Everything it makes stays in
the checkout: `.venv`, `client/node_modules`, `client/dist` and `.data`. What was made once is made again
only when the files that it came from have changed.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib.util
import json
import os
import platform
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import venv
from collections.abc import Callable
from contextvars import ContextVar
from functools import partial
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 - said in words, before anything fails for it
    sys.exit("Python 3.11 or newer is needed.")

ROOT = Path(__file__).resolve().parent
CLIENT = ROOT / "client"
NODE_MODULES = CLIENT / "node_modules"
VENV = ROOT / ".venv"
BIN = VENV / "bin"
PYTHON = BIN / "python"
LOCK = ROOT / "requirements.lock"
DEV_LOCK = ROOT / "requirements-dev.lock"

collected: ContextVar[list[str] | None] = ContextVar("collected", default=None)
"""Where the words of a check go, one context a thread; None: to the terminal."""


class Failed(Exception):
    """Something did not work out; the message is a sentence for the person at the terminal."""


def say(words: str) -> None:
    print(words, flush=True) if (lines := collected.get()) is None else lines.extend(words.splitlines())


def run(*command: object, cwd: Path = ROOT, **environ: str) -> None:
    """Run a program to its end.

    Raises:
        Failed: it is missing, or ended with an error.
    """
    words = [str(part) for part in command]
    pipe = None if collected.get() is None else subprocess.PIPE
    if pipe:
        environ |= {"NO_COLOR": "1", "FORCE_COLOR": "0"}
    try:
        ended = subprocess.run(
            words, cwd=cwd, env={**os.environ, **environ}, text=True, errors="replace", check=False,
            stdout=pipe, stderr=subprocess.STDOUT if pipe else None,
        )
    except FileNotFoundError as error:
        raise Failed(f"{words[0]} is missing.") from error
    if pipe:
        say(ended.stdout)
    if ended.returncode:
        raise Failed(f"{Path(words[0]).name} ended with {ended.returncode}.")


def digest(*parts: Path | str) -> str:
    """A fingerprint of files and words, in this order."""
    whole = hashlib.sha256()
    for part in parts:
        content = part.read_bytes() if isinstance(part, Path) else part.encode()
        whole.update(len(content).to_bytes(8, "big") + content)
    return whole.hexdigest()


def is_stamped(stamp: Path, wanted: str) -> bool:
    return stamp.is_file() and wanted in stamp.read_text().split()


# The Python environment


def environment(lock: Path) -> None:
    """Make `.venv` hold the packages of `lock`, each checked against its hash."""
    # Scripts inside name their interpreter by its path, so a copied checkout needs its own.
    place = digest(str(ROOT), f"{sys.version_info.major}.{sys.version_info.minor}")
    stamp, wanted = VENV / "commonroom-stamp", digest(place, lock)
    if PYTHON.exists() and is_stamped(stamp, wanted):
        return
    say("Installing Python packages into .venv ...")
    if not PYTHON.exists() or (stamp.exists() and not is_stamped(stamp, place)):
        empty_environment()
    stamp.unlink(missing_ok=True)
    try:
        install_with_uv(lock)
    except Failed:
        # pip follows the settings of a site (its mirror, its certificates), which uv does not read.
        say("That did not work with uv; trying again with pip.")
        empty_environment()
        install_with_pip(lock)
    # The longer lock holds everything of the shorter one, at the same versions.
    stamp.write_text("\n".join([place, *(digest(place, held) for held in {lock, LOCK})]))


def empty_environment() -> None:
    if importlib.util.find_spec("ensurepip") is None:
        raise Failed("This Python comes without venv and pip; on Debian: apt install python3-venv")
    venv.create(VENV, with_pip=True, clear=True, symlinks=True)


def install_with_pip(requirements: Path) -> None:
    quiet = ("--quiet", "--disable-pip-version-check")
    run(PYTHON, "-m", "pip", "install", *quiet, "--require-hashes", "--requirement", requirements)


def install_with_uv(lock: Path) -> None:
    """Install with uv, several times faster than pip; uv itself is pinned in the longer lock."""
    pinned = re.search(r"^uv==(?:.*\\\n)+.*\n", DEV_LOCK.read_text(), re.MULTILINE)
    if not pinned:
        raise Failed(f"{DEV_LOCK.name} does not name uv.")
    requirements = VENV / "uv.txt"
    requirements.write_text(pinned[0])
    install_with_pip(requirements)
    options = ("--quiet", "--no-config", "--system-certs", "--python", PYTHON, "--require-hashes")
    run(BIN / "uv", "pip", "sync", *options, lock)


def write_locks(upgrade: bool) -> None:
    environment(DEV_LOCK)
    # One resolution for every platform and every Python from 3.11 on; hashes, and no registry's address.
    options = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate"]
    options += ["--no-config", "--system-certs", "--quiet", *(["--upgrade"] if upgrade else [])]
    compiled = partial(run, BIN / "uv", "pip", "compile", "pyproject.toml", *options)
    compiled("--output-file", LOCK.name)
    compiled("--group", "dev", "--constraints", LOCK.name, "--output-file", DEV_LOCK.name)


# The web client


def node_packages() -> None:
    """Make `client/node_modules` hold what the client's lock names."""
    manifests = [CLIENT / name for name in ("package.json", "package-lock.json", ".npmrc")]
    stamp, wanted = NODE_MODULES / ".commonroom-packages", digest(str(ROOT), *manifests)
    if is_stamped(stamp, wanted):
        return
    node = shutil.which("node") and subprocess.check_output(["node", "--version"], text=True)
    if not node or int(node.strip("v\n").split(".")[0]) < 20 or not shutil.which("npm"):
        raise Failed("Node.js 20 or newer, with npm, is needed to build the web client.")
    say("Installing the client's packages ...")
    # No package of ours needs a script of its own at installation, so none may run.
    run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=CLIENT)
    stamp.write_text(wanted)


def build_client(*, anew: bool = False) -> None:
    """Build `client/dist`: when a file of the client has changed, or always with `anew`."""
    written: list[Path | str] = []
    for folder, folders, names in os.walk(CLIENT):
        folders[:] = sorted(set(folders) - {"node_modules", "dist"})
        written += [part for name in sorted(names) for part in (name, Path(folder, name))]
    # npm ci empties node_modules, and the stamp with it: other packages make another build.
    stamp, wanted = NODE_MODULES / ".commonroom-build", digest(*written)
    if not anew and is_stamped(stamp, wanted) and (CLIENT / "dist/index.html").is_file():
        return
    npm("build")
    stamp.write_text(wanted)


def npm(script: str, *arguments: object) -> None:
    node_packages()
    run("npm", "run", "--silent", script, "--", *arguments, cwd=CLIENT)


def generate(target: Path) -> None:
    """Write the TypeScript types of the HTTP API and of the live protocol into `target`."""
    with tempfile.TemporaryDirectory() as scratch:
        documents = [Path(scratch, "server.schema"), Path(scratch, "realtime.schema")]
        for document in documents:
            module = document.name
            made = subprocess.run([PYTHON, "-m", module], cwd=ROOT, capture_output=True, check=False)
            if made.returncode:
                raise Failed(f"python -m {module} failed:\n{made.stderr.decode(errors='replace')}")
            document.write_bytes(made.stdout)
        npm("generate", *documents, target)


# demo


def demo(host: str, port: int, data: Path) -> int:
    refuse_taken_port(host, port)
    environment(LOCK)
    build_client()
    places = ("--host", host, "--port", str(port), "--data", str(data))
    return until_stopped([str(PYTHON), "-m", "realtime", "demo", *places])


def refuse_taken_port(host: str, port: int) -> None:
    """Find out before anything slow is done that the port cannot be had."""
    if not 0 < port < 65536:
        raise Failed(f"{port} is no port; choose one from 1024 to 65535 with --port.")
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        reason = error.strerror
        raise Failed(f"Port {port} on {host} is not free ({reason}); choose another with --port.") from error


def until_stopped(command: list[str]) -> int:
    """Run the server until it ends by itself, or until the person stops it, which is no error."""
    asked: list[int] = []
    child: subprocess.Popen[bytes] | None = None

    def stop(number: int, _: object) -> None:
        asked.append(number)
        if child is not None:
            child.send_signal(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    # In a process group of its own, Ctrl-C reaches it through us alone: once, however it was sent.
    child = subprocess.Popen(command, cwd=ROOT, process_group=0)
    if asked:
        child.send_signal(asked[0])
    code = child.wait()
    return 0 if asked and code in {0, *(-one for one in asked), *(128 + one for one in asked)} else abs(code)


# test: each check is a function that raises Failed


def check_locks() -> None:
    """Every package is pinned to a hash, and no registry is named."""
    wrong: list[str] = []
    for lock in (LOCK, DEV_LOCK):
        text = lock.read_text()
        packages = re.split(r"^(?=\w)", text, flags=re.MULTILINE)[1:]
        wrong += [f"{lock.name}: no hash for {one.split()[0]}" for one in packages if "--hash=" not in one]
        wrong += [f"{lock.name}: {line}" for line in text.splitlines() if "://" in line or line[:1] == "-"]
    for name, package in json.loads((CLIENT / "package-lock.json").read_text())["packages"].items():
        if name and ("integrity" not in package or "resolved" in package):
            wrong.append(f"package-lock.json: {name} has no hash, or names a registry")
    if wrong:
        raise Failed("\n".join(wrong))


def check_generated() -> None:
    run(PYTHON, "-m", "realtime.protocol_docs", "--check")
    with tempfile.TemporaryDirectory() as fresh:
        generate(Path(fresh))
        for made in sorted(Path(fresh).iterdir()):
            kept = CLIENT / "src" / made.name
            if not kept.is_file() or kept.read_bytes() != made.read_bytes():
                raise Failed(f"client/src/{made.name} is out of date; write it with: python3 dev.py generate")


def find_chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    places = [os.environ.get("CHROME_PATH"), "/usr/bin/chromium", *map(shutil.which, names)]
    return next((place for place in places if place and os.access(place, os.X_OK)), None)


def check_browser() -> None:
    """A Chromium for the browser tests; Debian's own package is installed where that is allowed."""
    with contextlib.suppress(OSError):
        if not find_chromium() and platform.freedesktop_os_release()["ID"] == "debian" and os.geteuid() == 0:
            run("apt-get", "update", "-q")
            run("apt-get", "install", "-qy", "--no-install-recommends", "chromium",
                DEBIAN_FRONTEND="noninteractive")
    if not find_chromium():
        raise Failed("Install Chromium for the browser tests, or name its program in CHROME_PATH.")


def check_tests(arguments: list[str]) -> None:
    build_client()
    browser = find_chromium()
    # Without a browser that check has failed already; the other tests are still worth seeing.
    left_out = [] if browser else ["--ignore=tests/e2e", "--ignore=tests/media/test_browser.py"]
    # Tests wait about as long as they work, so three processes keep two cores busy. Whole files: a file's
    # tests share what they start. In the order of tests/conftest.py, which begins with what takes longest.
    # Who names tests wants to watch them one after the other.
    spread = [] if arguments else ["--numprocesses=3", "--dist=loadfile", "--no-loadscope-reorder"]
    # Each of these processes, and each that a test starts, would compile everything anew where the
    # environment forbids to keep bytecode: a third of a minute for the tests alone.
    run(
        PYTHON, "-m", "pytest", *spread, *left_out, *arguments, CHROME_PATH=browser or "",
        PYTHONDONTWRITEBYTECODE="",
    )


Checks = dict[str, list[Callable[[], None]]]
COMPOSE_CHECK = (BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", "docker/compose.yaml")
CHECKS: tuple[Checks, ...] = (
    # Two cores: these two run side by side, the checks of each one after the other, and pytest at the end.
    {
        "browser": [check_browser],
        "lint": [partial(run, BIN / "ruff", "check", "--quiet", "--output-format=concise"),
                 partial(run, BIN / "codespell")],
        "imports": [partial(run, BIN / "lint-imports")],
        "types": [partial(run, BIN / "basedpyright")],
        "locks": [check_locks],
        "docker": [partial(run, BIN / "hadolint", "docker/Dockerfile"), partial(run, *COMPOSE_CHECK)],
    },
    {
        "packages": [node_packages],
        "generated": [check_generated],
        "client-types": [partial(npm, "typecheck")],
        "client-tests": [partial(npm, "test")],
        "build": [partial(build_client, anew=True)],
        "size": [build_client, partial(npm, "size")],
    },
)
NAMES = [*CHECKS[0], *CHECKS[1], "pytest"]
WORTH_SEEING = {"client-tests": r"^ *(Test Files|Tests) ", "size": r"\S"}
"""The lines of a check's output that are shown even when all is well."""


def test(names: list[str], arguments: list[str]) -> int:
    """Run the named checks, or all of them; one that fails does not keep the later ones from running."""
    if unknown := set(names) - set(NAMES):
        raise Failed(f"There is no check named {', '.join(unknown)}. There are: {', '.join(NAMES)}")
    failed: list[str] = []
    interrupted = threading.Event()

    def perform(checks: Checks) -> None:
        for name, steps in checks.items():
            if (names and name in NAMES and name not in names) or interrupted.is_set():
                continue
            started, outcome, lines = time.perf_counter(), "ok", []
            collected.set(lines)
            try:
                for step in steps:
                    step()
                lines = [line for line in lines if re.search(WORTH_SEEING.get(name, "^$"), line)]
            except Failed as failure:
                outcome, lines = "FAILED", [*lines, str(failure)]
                failed.append(name)
            took = f"{outcome:6} {name:12} {time.perf_counter() - started:6.1f} s"
            if not interrupted.is_set():
                print("\n       ".join([took, *lines]).rstrip(), flush=True)

    def side_by_side(*rows: Checks) -> None:
        threads = [threading.Thread(target=perform, args=[row]) for row in rows]
        for thread in threads:
            thread.start()
        try:
            for thread in threads:
                thread.join()
        except KeyboardInterrupt:
            interrupted.set()
            raise

    side_by_side({"environment": [partial(environment, DEV_LOCK)]})
    if failed:
        return 1
    side_by_side(*CHECKS)
    if not names or "pytest" in names:
        try:
            check_tests(arguments)
        except Failed:
            failed.append("pytest")
    if failed:
        print("Failed:", ", ".join(failed), file=sys.stderr)
    return 1 if failed else 0


def main() -> int:
    # What stands after `--` is for the program that is started: dev.py test pytest -- -k chat
    words = sys.argv[1:]
    split = words.index("--") if "--" in words else len(words)
    parser = argparse.ArgumentParser(prog="dev.py", description="The commands of a checkout.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    serve = commands.add_parser("demo", help="fill a database with a made-up world and serve it")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    serve.add_argument("--port", type=int, default=8000, help="port to listen on (%(default)s)")
    serve.add_argument("--data", type=Path, default=ROOT / ".data/demo", help="where it keeps its files")
    checks = commands.add_parser("test", help="run every check there is, or those named")
    checks.add_argument("names", nargs="*", metavar="name", help=", ".join(NAMES))
    bench = commands.add_parser("bench", help="run a benchmark of tests/load, or list what there is")
    bench.add_argument("name", nargs="?", help="a benchmark, or: all")
    commands.add_parser("generate", help="write the client's types from what the server says of itself")
    locks = commands.add_parser("lock", help="write both Python locks from pyproject.toml")
    locks.add_argument("--upgrade", action="store_true", help="take the newest versions that fit")
    options, rest = parser.parse_args(words[:split]), words[split + 1 :]
    if options.command == "demo":
        return demo(options.host, options.port, options.data.absolute())
    if options.command == "test":
        return test(options.names, rest)
    if options.command == "lock":
        write_locks(options.upgrade)
        return 0
    environment(DEV_LOCK)
    if options.command == "generate":
        generate(CLIENT / "src")
        run(PYTHON, "-m", "realtime.protocol_docs")
    else:
        run(PYTHON, "-m", f"tests.load.{options.name}" if options.name else "tests.load", *rest)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as failure:
        sys.exit(str(failure))
    except KeyboardInterrupt:
        sys.exit(130)
