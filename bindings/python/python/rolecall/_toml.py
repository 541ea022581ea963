"""A config that is a dict, as the text that rolecall reads."""

import datetime
import json


def dumps(config):
    """Each key with its value on one line, so that a fault names the line of its key."""
    return "".join(f"{_key(key)} = {_value(value, key)}\n" for key, value in config.items())


def _key(key):
    if not isinstance(key, str):
        raise TypeError(f"the config has the key {key!r}, and expected is a text")
    return _text(key)


def _value(value, path):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)} = {_value(one, f'{path}.{key}')}" for key, one in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_value(one, path) for one in value) + "]"
    raise TypeError(f"the config holds a {type(value).__name__} at `{path}`, which TOML cannot hold")


def _text(text):
    # A text of JSON is one of TOML, but for this character.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
