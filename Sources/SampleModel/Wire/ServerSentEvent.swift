import NIOCore
import StrictJSON

/// One event of a `text/event-stream` (WHATWG HTML, 9.2).
struct ServerSentEvent: Hashable, Sendable {
    var name: String?
    var data: [UInt8]
    /// How many tokens were drawn to make it.
    var tokens = 0

    init(name: String? = nil, _ value: JSONValue, tokens: Int = 0) {
        self.name = name
        // Canonical JSON has no line breaks, so one line of data is enough.
        self.data = value.canonical
        self.tokens = tokens
    }

    private init(data: [UInt8]) {
        self.data = data
    }

    /// The last event of an OpenAI stream.
    static let done = ServerSentEvent(data: Array("[DONE]".utf8))

    func write(to buffer: inout ByteBuffer) {
        if let name = self.name { buffer.writeString("event: \(name)\n") }
        buffer.writeString("data: ")
        buffer.writeBytes(self.data)
        buffer.writeString("\n\n")
    }
}
