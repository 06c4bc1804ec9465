"""The bodies that an honest inference server would send, in both wire formats."""

import json

WORDS = ["The", " lock", " fills", " slowly", "."]
PROMPT_TOKENS = 11


def plain(wire, text="".join(WORDS), tokens=len(WORDS), model="scripted"):
    if wire == "anthropic":
        return {
            "id": "msg_scripted", "type": "message", "role": "assistant", "model": model,
            "content": [{"type": "text", "text": text}], "stop_reason": "end_turn", "stop_sequence": None,
            "usage": {"input_tokens": PROMPT_TOKENS, "output_tokens": tokens},
        }
    return {
        "id": "chatcmpl-scripted", "object": "chat.completion", "created": 1767225600, "model": model,
        "choices": [{
            "index": 0, "message": {"role": "assistant", "content": text, "refusal": None}, "logprobs": None,
            "finish_reason": "stop",
        }],
        "usage": {
            "prompt_tokens": PROMPT_TOKENS, "completion_tokens": tokens, "total_tokens": PROMPT_TOKENS + tokens,
        },
    }


def models(wire):
    if wire == "anthropic":
        return {
            "data": [{
                "id": "ok", "type": "model", "display_name": "ok", "created_at": "2026-01-01T00:00:00Z",
                "lifecycle": "active",
            }],
            "has_more": False, "first_id": "ok", "last_id": "ok",
        }
    return {"object": "list", "data": [{"id": "ok", "object": "model", "created": 1767225600, "owned_by": "scripted"}]}


def event(value, name=None):
    prefix = f"event: {name}\n" if name else ""
    return f"{prefix}data: {json.dumps(value)}\n\n".encode()


def _chunk(choices, model, usage=None):
    chunk = {
        "id": "chatcmpl-scripted", "object": "chat.completion.chunk", "created": 1767225600, "model": model,
        "choices": choices,
    }
    if usage is not None:
        chunk["usage"] = usage
    return event(chunk)


def opening(wire, model="scripted"):
    """The events before the first text."""
    if wire == "anthropic":
        message = plain(wire, "", 0, model) | {"content": [], "stop_reason": None}
        return [
            event({"type": "message_start", "message": message}, "message_start"),
            event(
                {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
                "content_block_start"),
        ]
    delta = {"role": "assistant", "content": ""}
    return [_chunk([{"index": 0, "delta": delta, "logprobs": None, "finish_reason": None}], model)]


def text(wire, word, model="scripted"):
    """One event of text."""
    if wire == "anthropic":
        delta = {"type": "text_delta", "text": word}
        return event({"type": "content_block_delta", "index": 0, "delta": delta}, "content_block_delta")
    return _chunk([{"index": 0, "delta": {"content": word}, "logprobs": None, "finish_reason": None}], model)


def closing(wire, tokens, with_usage, model="scripted"):
    """The events after the last text."""
    if wire == "anthropic":
        delta = {"stop_reason": "end_turn", "stop_sequence": None}
        return [
            event({"type": "content_block_stop", "index": 0}, "content_block_stop"),
            event({"type": "message_delta", "delta": delta, "usage": {"output_tokens": tokens}}, "message_delta"),
            event({"type": "message_stop"}, "message_stop"),
        ]
    finish = _chunk([{"index": 0, "delta": {}, "logprobs": None, "finish_reason": "stop"}], model)
    usage = {"prompt_tokens": PROMPT_TOKENS, "completion_tokens": tokens, "total_tokens": PROMPT_TOKENS + tokens}
    return [finish] + ([_chunk([], model, usage)] if with_usage else []) + [b"data: [DONE]\n\n"]


def error(wire, status, kind, message, code=None):
    if wire == "anthropic":
        return {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_upstream"}
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}
