public import NIOCore

/// Reads usage and end of a streamed answer while its bytes pass.
///
/// Events go on untouched but for the names in them (``OutwardNames``), each as soon as its last byte has come; a
/// client can do nothing with half an event, so nothing comes later than it would. What breaks off in the middle of an
/// event is not passed on: the error that follows it would run into it. A usage chunk that the gateway asked for and
/// the caller did not is dropped, and so is an event without data, at which OpenAI's client fails. An event that is too
/// large to be read passes as it is.
public struct StreamMeter: Sendable {
    private let call: ModelCall
    private let hidesUsage: Bool
    private let names: OutwardNames
    private var reader = EventReader()
    private var scan = AnswerScan()
    /// What the last event says that was read, and with it those like it.
    private var pattern: EventPattern?
    /// Whether ``edits`` are the pattern's.
    private var editsArePatterns = false
    private var end = StreamEnd()
    private var inputTokens: Int?
    private var outputTokens: Int?
    private var finishReason: String?
    private var saysRefusal = false
    /// The beginning of an event whose end has not come.
    private var held: ByteBuffer?
    private var lastWasHidden = false
    /// What changes in the event that was just read, in its data.
    private var edits = AnswerEdits()
    /// Events whose names were changed, in memory that is used again once they are sent.
    private var edited = ByteBuffer()

    /// A meter for one answer; `hidesUsage` drops the chunk that OpenAI sends for `include_usage`.
    public init(call: ModelCall, hidesUsage: Bool, names: OutwardNames) {
        self.call = call
        self.hidesUsage = hidesUsage && call.hasUsageOption
        self.names = names
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
        var hasEdited = false
        self.reader.begin()
        while let event = self.reader.next(in: span) {
            self.lastWasHidden = self.note(event, in: span)
            if self.lastWasHidden {
                output.append(bytes.slice(passStart..<eventStart))
                passStart = event.end
            } else if !self.edits.isEmpty {
                self.pass(event, of: bytes, from: passStart, begunAt: eventStart, to: &output)
                passStart = event.end
                hasEdited = true
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
        if hasEdited { self.edited = output }
        return output.readableBytes > 0 ? output : nil
    }

    /// Passes what stands before an event, and the event with other names in it.
    private mutating func pass(
        _ event: EventReader.Event, of bytes: ByteBuffer, from start: Int, begunAt eventStart: Int,
        to output: inout ByteBuffer
    ) {
        if output.readableBytes == 0 {
            swap(&output, &self.edited)
            output.clear(minimumCapacity: bytes.readableBytes + 256)
        }
        switch event.data {
        case .inPlace(let data):
            if let held = self.held { output.writeImmutableBuffer(held) }
            self.edits.write(bytes, from: start, textAt: data.lowerBound, upTo: event.end, to: &output)
        case .copied(let data):
            output.writeImmutableBuffer(bytes.slice(start..<eventStart))
            var whole = self.held ?? ByteBuffer()
            whole.append(bytes.slice(eventStart..<event.end))
            self.edits.write(event: whole, data: data, to: &output)
        case .none, .dataless, .oversized: break
        }
    }

    /// Takes in one event; true if it is not to be passed on.
    private mutating func note(_ event: EventReader.Event, in bytes: Span<UInt8>) -> Bool {
        switch event.data {
        case .inPlace(let range): return self.note(bytes.extracting(range))
        case .copied(let data): return self.note(data.span)
        case .none:
            self.clearEdits()
            return false
        case .dataless:
            self.clearEdits()
            return self.call.format == .openAI
        case .oversized:
            self.clearEdits()
            self.end.contentEvents += 1
            return false
        }
    }

    private mutating func clearEdits() {
        self.edits = AnswerEdits()
        self.editsArePatterns = false
    }

    private mutating func note(_ data: Span<UInt8>) -> Bool {
        if self.call.format == .openAI && Self.isEndMark(data) {
            // A response has ended by its last state before; should it not have, this says no more than the end does.
            self.end.sawEndMark = self.end.sawEndMark || self.call.shape == .choices
            self.clearEdits()
            return false
        }
        if let pattern = self.pattern, pattern.describes(data) { return self.noteAgain(pattern) }
        let facts = self.read(data)
        self.inputTokens = facts.input ?? self.inputTokens
        self.outputTokens = facts.outputTokens ?? self.outputTokens
        self.finishReason = facts.finishReason ?? self.finishReason
        self.saysRefusal = self.saysRefusal || facts.saysRefusal
        self.end.sawError = self.end.sawError || facts.hasError
        self.end.sawEndMark = self.end.sawEndMark || facts.kind == .end
        self.end.nextSequence = facts.sequence.map { $0 + 1 } ?? self.end.nextSequence
        // What cannot be read is not taken for nothing.
        if facts.hasContent || !facts.isJSON { self.end.contentEvents += 1 }
        return facts.isUsageChunk && self.hidesUsage
    }

    /// What an event says; notes what changes in it.
    private mutating func read(_ data: Span<UInt8>) -> AnswerFacts {
        let facts = self.scan.facts(of: data, shape: self.call.shape)
        self.clearEdits()
        if facts.isJSON, !facts.places.isEmpty { self.edits = AnswerEdits(facts.places, in: data, self.names) }
        self.pattern = EventPattern(data, content: self.scan.content, facts, self.edits)
        self.editsArePatterns = self.pattern != nil
        return facts
    }

    /// Takes in an event that the pattern describes. What it says was noted with the event that was read last, and
    /// every event since is like that one; so only their number is another.
    private mutating func noteAgain(_ pattern: EventPattern) -> Bool {
        if !self.editsArePatterns { self.edits = pattern.edits }
        self.editsArePatterns = true
        if pattern.facts.hasContent { self.end.contentEvents += 1 }
        return pattern.facts.isUsageChunk && self.hidesUsage
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
