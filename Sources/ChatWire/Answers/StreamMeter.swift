public import NIOCore

/// Reads usage and end of a streamed answer while its bytes pass.
///
/// Events go on untouched, each as soon as its last byte has come; a client can do nothing with half an event, so
/// nothing comes later than it would. What breaks off in the middle of an event is not passed on: the error that
/// follows it would run into it. A usage chunk that the gateway asked for and the caller did not is dropped, and so is
/// an event without data, at which OpenAI's client fails.
public struct StreamMeter: Sendable {
    private let format: WireFormat
    private let hidesUsage: Bool
    private var reader = EventReader()
    private var scan = AnswerScan()
    private var end = StreamEnd()
    private var inputTokens: Int?
    private var outputTokens: Int?
    private var finishReason: String?
    private var saysRefusal = false
    /// The beginning of an event whose end has not come.
    private var held: ByteBuffer?
    private var lastWasHidden = false

    /// A meter for one answer; `hidesUsage` drops the chunk that OpenAI sends for `include_usage`.
    public init(format: WireFormat, hidesUsage: Bool) {
        self.format = format
        self.hidesUsage = hidesUsage && format == .openAI
    }

    /// Whether the end mark has come: for the client the answer is whole, whatever the upstream still does.
    public var hasEnded: Bool { self.end.sawEndMark }

    /// The stream is over, well or not: what it has said.
    ///
    /// An event without its empty line is metered all the same, though clients never see it.
    public mutating func finish() -> StreamEnd {
        self.end.endsInsideEvent = self.reader.isInsideEvent
        if let data = self.reader.unfinishedData(), self.note(data.span) { self.held = nil }
        self.end.held = self.held
        self.held = nil
        if self.inputTokens != nil || self.outputTokens != nil {
            self.end.usage = Usage(input: self.inputTokens ?? 0, output: self.outputTokens ?? 0)
        }
        self.end.finish = self.finishReason.map { Finish(reason: $0, isRefusal: self.saysRefusal) }
        return self.end
    }

    /// Takes the stream's next bytes and answers with those to pass on now, whole events only; nil if there are none.
    public mutating func receive(_ bytes: ByteBuffer) -> ByteBuffer? {
        let span = bytes.readableBytesUInt8Span
        var output = ByteBuffer()
        // The LF of a CRLF whose CR ended an event goes the event's way.
        let completesEvent = self.reader.followsCarriageReturn && !self.reader.isInsideEvent
        var eventStart = completesEvent && !span.isEmpty && span[0] == UInt8(ascii: "\n") ? 1 : 0
        var passStart = self.lastWasHidden ? eventStart : 0
        self.reader.begin()
        while let event = self.reader.next(in: span) {
            self.lastWasHidden = self.note(event, in: span)
            if self.lastWasHidden {
                output.append(bytes.slice(passStart..<eventStart))
                passStart = event.end
            } else if let held = self.held {
                output.append(held)
            }
            self.held = nil
            eventStart = event.end
        }
        if self.reader.isOversized {
            if let held = self.held { output.append(held) }
            self.held = nil
            eventStart = span.count
        } else if eventStart < span.count {
            var held = self.held ?? ByteBuffer()
            held.append(bytes.slice(eventStart..<span.count))
            self.held = held
        }
        output.append(bytes.slice(passStart..<eventStart))
        return output.readableBytes > 0 ? output : nil
    }

    /// Takes in one event; true if it is not to be passed on.
    private mutating func note(_ event: EventReader.Event, in bytes: Span<UInt8>) -> Bool {
        switch event.data {
        case .none: return false
        case .dataless: return self.format == .openAI
        case .inPlace(let range): return self.note(bytes.extracting(range))
        case .copied(let data): return self.note(data.span)
        case .oversized:
            self.end.contentEvents += 1
            return false
        }
    }

    private mutating func note(_ data: Span<UInt8>) -> Bool {
        if self.format == .openAI && Self.isEndMark(data) {
            self.end.sawEndMark = true
            return false
        }
        let facts = self.scan.facts(of: data, format: self.format)
        self.inputTokens = facts.input ?? self.inputTokens
        self.outputTokens = facts.outputTokens ?? self.outputTokens
        self.finishReason = facts.finishReason ?? self.finishReason
        self.saysRefusal = self.saysRefusal || facts.saysRefusal
        self.end.sawError = self.end.sawError || facts.hasError
        self.end.sawEndMark = self.end.sawEndMark || facts.kind == .end
        // What cannot be read is not taken for nothing.
        if facts.hasContent || !facts.isJSON { self.end.contentEvents += 1 }
        return facts.isUsageChunk && self.hidesUsage
    }

    /// Clients stop at data that starts with `[DONE]`.
    private static func isEndMark(_ data: Span<UInt8>) -> Bool {
        data.count >= 6 && data[0] == 0x5B && data[1] == 0x44 && data[2] == 0x4F && data[3] == 0x4E && data[4] == 0x45
            && data[5] == 0x5D
    }
}

extension ByteBuffer {
    /// Adds bytes at the end; to an empty buffer without copying them.
    fileprivate mutating func append(_ bytes: ByteBuffer) {
        if self.readableBytes == 0 {
            self = bytes
        } else {
            self.writeImmutableBuffer(bytes)
        }
    }
}
