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
    /// What the event says that came last, and with it those like it; nil if it says nothing.
    private var last: EventPattern?
    private var end = StreamEnd()
    private var inputTokens: Int?
    private var outputTokens: Int?
    private var finishReason: String?
    private var saysRefusal = false
    /// The beginning of an event whose end has not come.
    private var held: ByteBuffer?
    private var lastWasHidden = false
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
        if let data = self.reader.unfinishedData(), self.note(data.span, data: data.indices) { self.held = nil }
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
        while true {
            if let end = self.passLikeLast(bytes, from: passStart, begunAt: eventStart, to: &output) {
                (passStart, eventStart, hasEdited) = (end, end, true)
            }
            guard let event = self.next(in: span, from: eventStart) else { break }
            if self.lastWasHidden {
                output.append(bytes.slice(passStart..<eventStart))
                passStart = event.end
            } else if let last = self.last, last.isEdited {
                self.pass(event, last, of: bytes, from: passStart, begunAt: eventStart, to: &output)
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
        _ event: EventReader.Event, _ pattern: EventPattern, of bytes: ByteBuffer, from start: Int,
        begunAt eventStart: Int, to output: inout ByteBuffer
    ) {
        self.makeRoom(for: bytes, in: &output)
        switch event.data {
        case .inPlace(let data):
            if let held = self.held { output.writeImmutableBuffer(held) }
            pattern.edits.write(bytes, from: start, textAt: data.lowerBound, upTo: event.end, to: &output)
        case .copied(let data):
            output.writeImmutableBuffer(bytes.slice(start..<eventStart))
            var whole = self.held ?? ByteBuffer()
            whole.append(bytes.slice(eventStart..<event.end))
            pattern.edits.write(event: whole, data: data, to: &output)
        case .none, .dataless, .oversized: break
        }
    }

    /// Passes what stands before some events, and all of those with other names in them, in one write, as long as they
    /// are like the last one; answers where they end, or nil where there is none.
    private mutating func passLikeLast(
        _ bytes: ByteBuffer, from start: Int, begunAt eventStart: Int, to output: inout ByteBuffer
    ) -> Int? {
        guard let last = self.last, last.isEdited, self.held == nil, self.reader.isBetweenEvents,
            !(last.facts.isUsageChunk && self.hidesUsage),
            var event = last.event(in: bytes.readableBytesUInt8Span, from: eventStart)
        else { return nil }
        self.makeRoom(for: bytes, in: &output)
        let most = (bytes.readableBytes - eventStart) / last.leastBytes + 1
        let room = bytes.readableBytes - start + most * last.edits.added
        var (place, count) = (start, 0)
        unsafe output.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { memory in
            let source = bytes.readableBytesUInt8Span
            var written = 0
            while case .inPlace(let data) = event.data {
                unsafe written += last.edits.copy(
                    source, from: place, textAt: data.lowerBound, upTo: event.end, to: memory[written...])
                place = event.end
                count += 1
                guard let next = last.event(in: source, from: place) else { break }
                event = next
            }
            return written
        }
        self.reader.pass(event)
        self.lastWasHidden = false
        if last.facts.hasContent { self.end.contentEvents += count }
        return place
    }

    private mutating func makeRoom(for bytes: ByteBuffer, in output: inout ByteBuffer) {
        guard output.readableBytes == 0 else { return }
        swap(&output, &self.edited)
        output.clear(minimumCapacity: bytes.readableBytes + 256)
    }

    /// The next event that ends in the bytes at hand, which begins at `start` or began before them; nil once they are
    /// used up.
    private mutating func next(in bytes: Span<UInt8>, from start: Int) -> EventReader.Event? {
        // Whether one with other names in it is like the last one has been asked by whoever passes a run of them.
        if let last = self.last, !last.isEdited, self.reader.isBetweenEvents,
            let event = last.event(in: bytes, from: start)
        {
            self.reader.pass(event)
            self.lastWasHidden = self.noteAgain(last)
            return event
        }
        guard let event = self.reader.next(in: bytes) else { return nil }
        self.lastWasHidden = self.note(event, in: bytes, from: start)
        return event
    }

    /// Takes in one event; true if it is not to be passed on.
    private mutating func note(_ event: EventReader.Event, in bytes: Span<UInt8>, from start: Int) -> Bool {
        switch event.data {
        case .inPlace(let data) where self.held == nil:
            return self.note(
                bytes.extracting(start..<event.end), data: data.lowerBound - start..<data.upperBound - start)
        case .inPlace(let data): return self.note(bytes.extracting(data), data: 0..<data.count)
        case .copied(let data): return self.note(data.span, data: data.indices)
        case .none:
            self.last = nil
            return false
        case .dataless:
            self.last = nil
            return self.call.format == .openAI
        case .oversized:
            self.last = nil
            self.end.contentEvents += 1
            return false
        }
    }

    /// Takes in an event of which all is at hand, or its data alone.
    private mutating func note(_ event: Span<UInt8>, data: Range<Int>) -> Bool {
        let text = event.extracting(data)
        if self.call.format == .openAI && Self.isEndMark(text) {
            // A response has ended by its last state before; should it not have, this says no more than the end does.
            self.end.sawEndMark = self.end.sawEndMark || self.call.shape == .choices
            self.last = nil
            return false
        }
        if let last = self.last, last.describes(text) { return self.noteAgain(last) }
        let facts = self.scan.facts(of: text, shape: self.call.shape)
        let hasNames = facts.isJSON && !facts.places.isEmpty
        let edits = hasNames ? AnswerEdits(facts.places, in: text, self.names) : AnswerEdits()
        self.last = EventPattern(event, data: data, content: self.scan.content, facts, edits)
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

    /// Takes in an event that is like the last one, so that only their number is another.
    private mutating func noteAgain(_ pattern: EventPattern) -> Bool {
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
