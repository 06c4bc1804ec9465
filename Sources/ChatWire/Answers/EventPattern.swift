import StrictJSON

/// What an event says, and with it each other that differs from it in no more than a piece of the answer's text.
///
/// Nearly every event of a stream is the one before it with another word in it. Those are compared and not read: of the
/// text no more is asked than that there is one, and that it is a string of JSON.
struct EventPattern {
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
        self.start = Self.bytes(data.extracting(..<content.lowerBound))
        self.end = Self.bytes(data.extracting(content.upperBound...))
    }

    /// Whether an event is one of them.
    func describes(_ data: Span<UInt8>) -> Bool {
        let textEnd = data.count - self.end.count
        guard textEnd > self.start.count, data.extracting(..<self.start.count).equals(self.start.span),
            data.extracting(textEnd...).equals(self.end.span)
        else { return false }
        return (try? JSONScanner.endOfText(in: data, from: self.start.count).end) == textEnd
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
