from pathlib import Path

from click.testing import CliRunner

from grader.cli.plugins import command


def test_plugins_and_hooks_are_listed_in_the_order_asked(tmp_path: Path) -> None:
    (tmp_path / "assignments").mkdir()
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "late_days.py").write_text(
        "from grader.hookspecs import hookimpl\n"
        "@hookimpl\ndef grader_adjust_result(result): ...\n"
        "@hookimpl\ndef grader_exporters(): ...\n"
    )
    done = CliRunner().invoke(command, ["--course", str(tmp_path)], standalone_mode=False, catch_exceptions=False)
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines[1] == ["plugins/late_days.py", "course"]
    assert ["grader.intake.folder", "ours"] in lines
    assert ["grader_adjust_result", "plugins/late_days.py"] in lines
    assert ["grader_exporters", "plugins/late_days.py,", "grader.report.exporters"] in lines
    assert ["grader_report_sections", "-"] in lines
