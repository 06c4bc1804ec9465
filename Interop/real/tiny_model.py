"""Makes a language model on the spot: a Llama of two small layers with random weights, and a tokenizer of single letters.

    python tiny_model.py FOLDER

Nothing is downloaded. What it says makes no sense; how a server serves it does.
"""

import json
import pathlib
import sys

import mlx.core as mx
from mlx.utils import tree_flatten
from mlx_lm.models.llama import Model, ModelArgs
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

TEMPLATE = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}assistant:"


def make(folder):
    folder.mkdir(parents=True, exist_ok=True)
    # Space and line end have letters of their own among bytes.
    letters = sorted(c for c in pre_tokenizers.ByteLevel.alphabet() if c.isascii() or c in "ĠĊ")
    vocabulary = {letter: number for number, letter in enumerate(["<s>", "</s>", *letters])}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(["<s>", "</s>"])
    tokenizer.save(str(folder / "tokenizer.json"))
    write(folder / "tokenizer_config.json", {
        "tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<s>", "eos_token": "</s>",
        "chat_template": TEMPLATE, "clean_up_tokenization_spaces": False})
    config = {
        "model_type": "llama", "hidden_size": 32, "num_hidden_layers": 2, "intermediate_size": 64,
        "num_attention_heads": 2, "num_key_value_heads": 2, "rms_norm_eps": 1e-5, "vocab_size": len(vocabulary),
        "max_position_embeddings": 4096, "rope_theta": 10_000.0, "tie_word_embeddings": True,
    }
    mx.random.seed(7)
    weights = dict(tree_flatten(Model(ModelArgs.from_dict(config)).parameters()))
    mx.save_safetensors(str(folder / "model.safetensors"), weights, metadata={"format": "mlx"})
    write(folder / "config.json", config | {"bos_token_id": 0, "eos_token_id": 1, "architectures": ["LlamaForCausalLM"]})


def write(path, value):
    path.write_text(json.dumps(value))


if __name__ == "__main__":
    make(pathlib.Path(sys.argv[1]))
