from pathlib import Path

import pytest

from laixi_transport.app.config import Address, Settings, VideoPort, database_url, load_settings, video_port
from laixi_transport.domain.problem import Problem


class TestAddress:
    @pytest.mark.parametrize(
        ("text", "host", "port"),
        [("127.0.0.1:6808", "127.0.0.1", 6808), ("[::1]:7", "::1", 7), (":9", "0.0.0.0", 9), ("host:0", "host", 0)],  # noqa: S104
    )
    def test_is_read(self, text: str, host: str, port: int) -> None:
        assert Address.parse(text) == Address(host, port)

    @pytest.mark.parametrize("text", ["", "6808", "host:", "host:x", "host:65536", "host:²"])
    def test_other_texts_are_refused_with_an_example(self, text: str) -> None:
        with pytest.raises(Problem, match="HOST:PORT"):
            Address.parse(text)

    def test_is_written_as_it_is_read(self) -> None:
        assert str(Address.parse("[::1]:7")) == "[::1]:7"


class TestSettings:
    def test_without_anything_the_defaults_hold(self, tmp_path: Path) -> None:
        assert load_settings(tmp_path, {}, {}) == Settings()

    def test_command_line_beats_environment_beats_file(self, tmp_path: Path) -> None:
        (tmp_path / "laixi.toml").write_text('listen = "a:1"\ntheme = "dark"\nlanguage = "en"\n')
        environment = {"LAIXI_LISTEN": "b:2", "LAIXI_THEME": "light"}
        got = load_settings(tmp_path, {"listen": "c:3", "theme": None}, environment)
        assert (got.listen, got.theme, got.language) == ("c:3", "light", "en")

    def test_a_boolean_is_read_from_the_environment(self, tmp_path: Path) -> None:
        assert load_settings(tmp_path, {}, {"LAIXI_GATEWAY": "no"}).gateway is False

    @pytest.mark.parametrize(
        ("text", "said"),
        [("listen = ", "cannot be read"), ("lisden = 'x'", "no setting “lisden”"), ("gateway = 'perhaps'", "perhaps")],
    )
    def test_a_wrong_file_is_named(self, tmp_path: Path, text: str, said: str) -> None:
        (tmp_path / "laixi.toml").write_text(text)
        with pytest.raises(Problem, match=said) as caught:
            load_settings(tmp_path, {}, {})
        assert "laixi.toml" in str(caught.value)

    def test_the_default_database_lies_in_the_profile(self, tmp_path: Path) -> None:
        assert database_url(Settings(), tmp_path) == f"sqlite:///{tmp_path.as_posix()}/laixi.db"


class TestVideoPort:
    LISTEN = Address("10.0.0.1", 6808)

    def test_is_beside_the_terminals_port_if_it_can_be_had(self) -> None:
        assert video_port("", self.LISTEN) == VideoPort(Address("10.0.0.1", 1078), required=False)

    def test_must_be_had_where_it_was_asked_for(self) -> None:
        assert video_port("10.0.0.2:7000", self.LISTEN, "gate.example") == VideoPort(
            Address("10.0.0.2", 7000), public_address="gate.example"
        )

    def test_is_nowhere_without_a_gateway_or_when_switched_off(self) -> None:
        assert video_port("10.0.0.2:7000", None) is None
        assert video_port("off", self.LISTEN) is None

    @pytest.mark.parametrize("text", ["gate.example:1078", "[::1]", "http://gate", "two words"])
    def test_a_public_address_is_a_machine_alone(self, text: str) -> None:
        with pytest.raises(Problem, match="no address of a machine"):
            video_port("", self.LISTEN, text)

    def test_a_public_address_may_be_of_the_newer_kind(self) -> None:
        port = video_port("", self.LISTEN, "2001:db8::7")
        assert port is not None
        assert port.public_address == "2001:db8::7"
