import StrictJSON

/// What an event says, and with it each other that differs from it in no more than a piece of the answer's text.
///
/// Nearly every event of a stream is the one before it with another word in it. Those are compared and not read: of the
/// text no more is asked than that there is one, and that it is a string of JSON.
final class EventPattern: Sendable {
    /// What all of them say.
    let facts: AnswerFacts
    /// What changes in all of them.
    let edits: AnswerEdits
    /// Up to the quote before the text, and from the quote behind it.
    private let (start, end): ([UInt8], [UInt8])

    /// The pattern of an event that was read; nil where it has no text, or names something behind it.
    init?(_ data: Span<UInt8>, content: Range<Int>?, _ facts: AnswerFacts, _ edits: AnswerEdits) {
        guard facts.isJSON, let content, !content.isEmpty, facts.places.end <= content.lowerBound else { return nil }
        self.facts = facts
        self.edits = edits
        self.start = Self.bytes(data.extracting(first: content.lowerBound))
        self.end = Self.bytes(data.extracting(droppingFirst: content.upperBound))
    }

    /// Whether an event is one of them.
    func describes(_ data: Span<UInt8>) -> Bool {
        let (start, end) = (self.start, self.end)
        let textEnd = data.count - end.count
        guard textEnd > start.count, data.extracting(first: start.count).equals(start.span),
            data.extracting(last: end.count).equals(end.span)
        else { return false }
        return (try? JSONScanner.endOfText(in: data, from: start.count).end) == textEnd
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
