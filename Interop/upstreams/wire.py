"""The bodies that an honest inference server would send, in both wire formats."""

import base64
import itertools
import json
import struct

WORDS = ["The", " lock", " fills", " slowly", "."]
PROMPT_TOKENS = 11
_numbers = itertools.count(1)


def plain(wire, text="".join(WORDS), tokens=len(WORDS), model="scripted", request=None):
    """The whole answer; `request` is the body that it answers, where the shape depends on it."""
    if wire in OTHERS:
        return OTHERS[wire](text, tokens, model, request or {})
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


def _completion(text, tokens, model, request):
    prompts = request.get("prompt")
    count = len(prompts) if isinstance(prompts, list) and prompts and not isinstance(prompts[0], int) else 1
    choices = [
        {"index": index, "text": text, "logprobs": None, "finish_reason": "stop"}
        for index in range(count * (request.get("n") or 1))]
    return {
        "id": "cmpl-scripted", "object": "text_completion", "created": 1767225600, "model": model, "choices": choices,
        "usage": {
            "prompt_tokens": PROMPT_TOKENS, "completion_tokens": tokens, "total_tokens": PROMPT_TOKENS + tokens},
    }


def _embeddings(text, tokens, model, request):
    texts = request.get("input")
    count = len(texts) if isinstance(texts, list) else 1
    vector = [0.25, -1.5, 3.0]
    if request.get("encoding_format") == "base64":
        vector = base64.b64encode(struct.pack("<3f", *vector)).decode()
    return {
        "object": "list", "model": model,
        "data": [{"object": "embedding", "index": index, "embedding": vector} for index in range(count)],
        "usage": {"prompt_tokens": 8, "total_tokens": 8},
    }


def _moderation(text, tokens, model, request):
    kinds = ["harassment", "violence"]
    return {
        "id": "modr-scripted", "model": model,
        "results": [{
            "flagged": True, "categories": {kind: kind == "violence" for kind in kinds},
            "category_scores": {kind: 0.5 for kind in kinds},
            "category_applied_input_types": {kind: ["text"] for kind in kinds},
        }],
    }


def _response(text, tokens, model, request):
    part = {"type": "output_text", "text": text, "annotations": []}
    return {
        "id": f"resp-up-{next(_numbers)}", "object": "response", "created_at": 1767225600, "status": "completed",
        "model": model, "previous_response_id": request.get("previous_response_id"), "error": None,
        "incomplete_details": None, "instructions": request.get("instructions"), "metadata": {},
        "output": [{"id": "msg_scripted", "type": "message", "role": "assistant", "status": "completed", "content": [part]}],
        "parallel_tool_calls": True, "tool_choice": "auto", "tools": [], "temperature": 1.0, "top_p": 1.0,
        "usage": {
            "input_tokens": PROMPT_TOKENS, "input_tokens_details": {"cached_tokens": 0}, "output_tokens": tokens,
            "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": PROMPT_TOKENS + tokens,
        },
    }


def _compaction(text, tokens, model, request):
    answer = _response(text, tokens, model, request)
    return {name: answer[name] for name in ("id", "usage")} | {
        "object": "response.compaction", "created_at": 1767225600,
        "output": [{"type": "compaction", "id": "cmp_scripted", "encrypted_content": "packed"}]}


OTHERS = {
    "completions": _completion, "embeddings": _embeddings, "moderations": _moderation, "responses": _response,
    "compaction": _compaction, "token-count": lambda *_: {"input_tokens": PROMPT_TOKENS},
}


def response_events(answer, words=None):
    """The events that say what `answer` says, word by word."""
    words = WORDS if words is None else words
    begun = answer | {"status": "in_progress", "output": [], "usage": None}
    item = answer["output"][0] if answer["output"] else {"id": "msg_scripted"}
    parts = [{"type": "response.created", "response": begun}, {"type": "response.in_progress", "response": begun}]
    parts.append({
        "type": "response.output_item.added", "output_index": 0,
        "item": {"id": item["id"], "type": "message", "role": "assistant", "status": "in_progress", "content": []}})
    parts.append({
        "type": "response.content_part.added", "item_id": item["id"], "output_index": 0, "content_index": 0,
        "part": {"type": "output_text", "text": "", "annotations": []}})
    parts += [
        {"type": "response.output_text.delta", "item_id": item["id"], "output_index": 0, "content_index": 0,
         "delta": word, "logprobs": []} for word in words]
    parts.append({"type": "response.output_item.done", "output_index": 0, "item": item})
    parts.append({"type": "response.completed", "response": answer})
    return [event(part | {"sequence_number": number}, part["type"]) for number, part in enumerate(parts)]


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


def _completion_chunk(choices, model, usage=None):
    return event({
        "id": "cmpl-scripted", "object": "text_completion", "created": 1767225600, "model": model, "choices": choices,
        **({"usage": usage} if usage else {})})


def opening(wire, model="scripted"):
    """The events before the first text."""
    if wire == "completions":
        return []
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
    if wire == "completions":
        return _completion_chunk([{"index": 0, "text": word, "logprobs": None, "finish_reason": None}], model)
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
    if wire == "completions":
        finish = _completion_chunk([{"index": 0, "text": "", "logprobs": None, "finish_reason": "stop"}], model)
        usage = _completion("", tokens, model, {})["usage"]
        return [finish] + ([_completion_chunk([], model, usage)] if with_usage else []) + [b"data: [DONE]\n\n"]
    finish = _chunk([{"index": 0, "delta": {}, "logprobs": None, "finish_reason": "stop"}], model)
    usage = {"prompt_tokens": PROMPT_TOKENS, "completion_tokens": tokens, "total_tokens": PROMPT_TOKENS + tokens}
    return [finish] + ([_chunk([], model, usage)] if with_usage else []) + [b"data: [DONE]\n\n"]


def error(wire, status, kind, message, code=None):
    if wire == "anthropic":
        return {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_upstream"}
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}
