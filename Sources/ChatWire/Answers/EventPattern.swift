import StrictJSON

/// What an event says that was read, and with it each other that differs from it in no more than a piece of the
/// answer's text.
///
/// Nearly every event of a stream is the one before it with another word in it. Those are compared and not read: of the
/// text no more is asked than that there is one, and that it is a string of JSON.
final class EventPattern: Sendable {
    /// What all of them say.
    let facts: AnswerFacts
    /// What changes in the data of each of them.
    let edits: AnswerEdits
    /// Whether anything does.
    let isEdited: Bool
    /// Up to the quote before the text, and from the quote behind it, as the event came; nothing where no other is like
    /// it.
    private let (start, end): ([UInt8], [UInt8])
    /// How many of these bytes stand before the data, and how many behind it.
    private let (before, after): (Int, Int)

    /// The pattern of an event that was read. No other is like it where it has no text, or names something behind it.
    ///
    /// - Parameters:
    ///   - event: the event as it came, from its first byte to its last, or its data alone.
    ///   - data: where the data stands in it.
    ///   - content: where the text stands in the data.
    init(_ event: Span<UInt8>, data: Range<Int>, content: Range<Int>?, _ facts: AnswerFacts, _ edits: AnswerEdits) {
        self.facts = facts
        self.edits = edits
        self.isEdited = !edits.isEmpty
        self.before = data.lowerBound
        self.after = event.count - data.upperBound
        guard facts.isJSON, let content, facts.places.end <= content.lowerBound else {
            (self.start, self.end) = ([], [])
            return
        }
        self.start = Self.bytes(event.extracting(first: data.lowerBound + content.lowerBound))
        self.end = Self.bytes(event.extracting(droppingFirst: data.lowerBound + content.upperBound))
    }

    /// How many bytes each of them has, at the least.
    var leastBytes: Int { self.start.count + 1 + self.end.count }

    /// Whether an event with this data is one of them.
    func describes(_ data: Span<UInt8>) -> Bool {
        let (start, end) = (self.start, self.end)
        guard !start.isEmpty else { return false }
        let (first, last) = (start.count - self.before, end.count - self.after)
        let textEnd = data.count - last
        guard textEnd > first, data.extracting(first: first).equals(start.span.extracting(last: first)),
            data.extracting(last: last).equals(end.span.extracting(first: last))
        else { return false }
        return (try? JSONScanner.endOfText(in: data, from: first).end) == textEnd
    }

    /// The event that begins at a place, if it is one of them and all of it is at hand.
    ///
    /// A string of JSON has no line's end in it, so what is the same around it has the same lines.
    func event(in bytes: Span<UInt8>, from place: Int) -> EventReader.Event? {
        let (start, end) = (self.start, self.end)
        // Behind a CR there might be a LF that is the event's too.
        guard self.before > 0, end.last == UInt8(ascii: "\n") else { return nil }
        let text = place + start.count
        guard text < bytes.count, bytes.extracting(place..<text).equals(start.span),
            let textEnd = try? JSONScanner.endOfText(in: bytes, from: text).end, textEnd > text
        else { return nil }
        let eventEnd = textEnd + end.count
        guard eventEnd <= bytes.count, eventEnd - place <= EventReader.maximumBytes,
            bytes.extracting(textEnd..<eventEnd).equals(end.span)
        else { return nil }
        return EventReader.Event(data: .inPlace(place + self.before..<eventEnd - self.after), end: eventEnd)
    }

    private static func bytes(_ span: Span<UInt8>) -> [UInt8] {
        unsafe span.withUnsafeBufferPointer { unsafe Array($0) }
    }
}

extension AnswerPlaces {
    /// Where the last of them ends; 0 without any.
    fileprivate var end: Int {
        max(self.model?.upperBound ?? 0, self.answer?.upperBound ?? 0, self.previous?.upperBound ?? 0)
    }
}
