"""Figures by the names that people have for them."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from flows.values.text import folded


def names(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The name of every figure of a release by its code, headline indicators first."""
    return dict(
        con.execute(
            "select indicator_code, label from mart.dim_indicator order by ordinal"
        ).fetchall()
    )


def called(text: str, known: Mapping[str, str]) -> list[str]:
    """The codes of the figures that the text may mean: one where it is clear, none for no figure.

    `known` has names by code. A code (in any case) or a whole name means that figure alone, else
    every figure counts whose name the text is a part of.
    """
    flat = folded(text).casefold()
    by_word = {
        folded(word).casefold(): code for code, name in known.items() for word in (name, code)
    }
    if flat in by_word:
        return [by_word[flat]]
    return [code for code, name in known.items() if flat and flat in folded(name).casefold()]
