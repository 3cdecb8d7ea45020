"""The keys of the network form's fields."""

from __future__ import annotations

from jailtui.config.syntax import address_key, key


def test_keys_count_links_and_addresses() -> None:
    assert (key(1, "bridge"), key(3, "bridge")) == ("bridge", "3.bridge")
    assert [address_key(1, 4, place) for place in (1, 2, 3, 4)] == ["address", "alias", "alias2", "alias3"]
    assert [address_key(2, 6, place) for place in (1, 2, 3)] == ["2.address6", "2.alias6", "2.alias6_2"]


def test_no_two_addresses_of_a_link_share_a_key() -> None:
    keys = [address_key(1, version, place) for version in (4, 6) for place in range(1, 20)]
    assert len(set(keys)) == len(keys)
