import WireOracles

/// Inputs of every kind for the oracles that no other test has cases for. What fuzzing finds is added here.
enum OracleSeeds {
    static let all: [(oracle: Oracle, input: [UInt8])] =
        Self.bytes(.chunks, Self.chunks) + Self.bytes(.json, Self.json)
        + Self.bytes(.chat, Self.chat, prefixes: (0..<8).map { String(UnicodeScalar(UInt8($0))) })
        + Self.bytes(.events, Self.events, prefixes: ["\0", "\u{1}", "\u{2}", "\u{4}"])
        + Self.bytes(.answers, Self.answers, prefixes: ["\0", "\u{1}", "\u{2}"])

    static func of(_ oracle: Oracle) -> [[UInt8]] { Self.all.filter { $0.oracle == oracle }.map(\.input) }

    private static func bytes(
        _ oracle: Oracle, _ texts: [String], prefixes: [String] = [""]
    ) -> [(oracle: Oracle, input: [UInt8])] {
        texts.flatMap { text in prefixes.map { (oracle, Array(($0 + text).utf8)) } }
    }

    private static let chunks = [
        "0\r\n\r\n", "5\r\nhello\r\n0\r\n\r\n", "1\r\na\r\n0000A\r\n0123456789\r\n00\r\n\r\nGET /",
        "5;x=y\r\nhello\r\n",
        "3e8\r\n", "3e9\r\n", "0000000000000001\r\na\r\n", "00000000000000001\r\n", "5\nhello\n0\n\n", "\r\n",
        "ffffffffffffffff\r\n", "2\r\nhello\r\n", "1\r\n\r\r\n0\r\nA: b\r\n\r\n", "1\r\na\r\n0\r\n\r", " 1\r\n",
    ]

    private static let json = [
        #"{"a":[1,-0,1.5e+3,0.1,true,false,null],"":{"b":"\u00e9\ud83d\ude00\n\"\\"}}"#, "[]", "{}", "\"\"", "0", "-",
        #"{"a":1,"\u0061":2}"#, #"{"é":1,"e\u0301":2}"#, "1e999", "[1,]", #"{"a":1,}"#, "[1e5]x", "\u{FEFF}1",
        #""\ud800""#, #""\udc00\ud800""#, "[[[[[[]]]]]]", "9223372036854775808", "\"\u{7F}\u{10FFFF}é\"", " \t\r\n1 ",
        String(repeating: "[", count: 65) + String(repeating: "]", count: 65),
        String(repeating: "[", count: 64) + String(repeating: "]", count: 64),
    ]

    private static let chat = [
        #"{"model":"aurora","messages":[{"role":"user","content":"hi"}],"max_tokens":5}"#,
        #"{"model":"m","stream":true,"stream_options":{"include_usage":false,"x":[]},"n":2,"best_of":3}"#,
        #"{"stream":true,"stream_options":{},"max_tokens":null,"model":"\u006d"}"#,
        #"{"stream":true,"stream_options":null,"model":"m","max_completion_tokens":9,"n_predict":8}"#,
        #"{"model":"m","stream":true,"max_tokens":1}"#,
        #"{"messages":[{"role":"system"},{"role":"developer"},{}],"model":"m","logprobs":true,"top_logprobs":2}"#,
        #"{"model":"m","system":"x","seed":7,"max_tokens":0,"logit_bias":{},"top_k":1}"#,
        #"{"input":[{"role":"system","type":"message"}],"model":"m","previous_response_id":"r","max_output_tokens":1}"#,
        #"{"logprobs":true,"seed":1,"model":"m","top_logprobs":2,"max_tokens":1,"seedy":3,"min_p":0.1}"#,
        #"{"prompt":["a",[1,2]],"model":"m","n":2,"best_of":3,"include":["message.output_text.logprobs"]}"#,
        #"{"model":"m","model":"n"}"#, #"{"model":"m","x":{"y":1,"y":2}}"#, #"{"model":"m","n":1e2}"#, "[]", "{}",
    ]

    private static let events = [
        "data: {\"model\":\"m\",\"choices\":[]}\r\n\r\n", "data: {\"message\":{\ndata: \"model\":\"m\"}}\r\r\n",
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}]}\n\ndata: [DONE]\n\n",
        "\u{FEFF}data: a\r\rdata:b\r\n\r\n: c\n\nid: 7\n\ndata\n\n",
        "data: {\"choices\":[],\ndata: \"usage\":{"
            + "\"prompt_tokens\":1,\"completion_tokens\":2}}\n\n", "data: [DO\ndata: NE]\n\n", "data: [DONE] and more",
        "event: message_stop\r\ndata: {\"type\":\"message_stop\"}\r\n\r\n\r\n", "data: {\"error\":{}}\n\n", "\n\r\n\r",
        "data: {\"choices\":[],\"usage\":{\"completion_tokens\":2}}",
    ]

    private static let answers = [
        #"{"choices":[{"message":{"role":"assistant","content":"x"},"finish_reason":"stop"}],"#
            + #""usage":{"prompt_tokens":3,"completion_tokens":4}}"#,
        #"{"type":"message","stop_reason":"end_turn","usage":{"input_tokens":5,"cache_read_input_tokens":2}}"#,
        #"{"error":{"message":"no"}}"#,
        #"{"model":"m","id":"resp_1","x":{"model":"n"}}"#, #"{"error":"no"}"#,
        #"{"error":null,"usage":{"output_tokens":9}}"#, #"{"type":"error"}"#, "[1]",
        #"{"a":{"b":1,"b":2},"usage":{"completion_tokens":-1}}"#, #"{"usage":{"completion_tokens":99999999999}}"#, "{",
    ]
}
