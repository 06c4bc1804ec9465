public import NIOCore

/// The ranges of an answer that give way to outward names: at most three, in the order of their places.
///
/// Three fields and no list, since every answer has them and most have one.
public struct AnswerEdits: Hashable, Sendable {
    struct Edit: Hashable, Sendable {
        var range: Range<Int>
        var text: String
    }

    private var first: Edit?
    private var second: Edit?
    private var third: Edit?

    /// Nothing to change.
    public init() {}

    /// What to change in a text, the places in which are counted from `start`.
    init(_ places: AnswerPlaces, in bytes: Span<UInt8>, _ names: OutwardNames) {
        self.add(places.model, names.model)
        guard let rename = names.answer else { return }
        for place in [places.answer, places.previous] {
            guard let place else { continue }
            self.add(place, rename(Self.text(place, in: bytes)))
        }
    }

    private static func text(_ range: Range<Int>, in bytes: Span<UInt8>) -> String {
        var text: [UInt8] = []
        for index in range { text.append(bytes[index]) }
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func add(_ range: Range<Int>?, _ text: String) {
        guard let range else { return }
        var edit: Edit? = Edit(range: range, text: text)
        Self.exchange(&edit, &self.first)
        Self.exchange(&edit, &self.second)
        Self.exchange(&edit, &self.third)
    }

    /// Leaves the earlier of the two in its place and carries the later one on.
    private static func exchange(_ carried: inout Edit?, _ place: inout Edit?) {
        guard let edit = carried else { return }
        if let known = place, known.range.lowerBound < edit.range.lowerBound { return }
        swap(&carried, &place)
    }

    /// Whether the text stays as it is.
    public var isEmpty: Bool { self.first == nil }

    /// How many bytes more the text has afterwards, or fewer.
    public var growth: Int { Self.growth(self.first) + Self.growth(self.second) + Self.growth(self.third) }

    private static func growth(_ edit: Edit?) -> Int { edit.map { $0.text.utf8.count - $0.range.count } ?? 0 }

    /// Writes the changed text, which is all of a body, behind what `output` has.
    public func write(_ body: ByteBuffer, to output: inout ByteBuffer) {
        self.write(body, from: 0, textAt: 0, upTo: body.readableBytes, to: &output)
    }

    /// Writes a part of a body, with a text in it that changes.
    ///
    /// - Parameters:
    ///   - body: what holds the text.
    ///   - place: from where on `body` is written.
    ///   - start: where in `body` the text begins that the places were found in.
    ///   - end: up to where `body` is written.
    func write(_ body: ByteBuffer, from place: Int, textAt start: Int, upTo end: Int, to output: inout ByteBuffer) {
        // All pieces in one go: a buffer looks at its storage each time that it is written to.
        unsafe output.writeWithUnsafeMutableBytes(minimumWritableBytes: max(0, end - place) + self.added) { memory in
            unsafe self.copy(body.readableBytesUInt8Span, from: place, textAt: start, upTo: end, to: memory[...])
        }
    }

    /// Copies a part of a body, with a text in it that changes; answers how many bytes that were.
    ///
    /// - Parameter memory: has room for the part and for what is ``added``.
    func copy(
        _ source: Span<UInt8>, from place: Int, textAt start: Int, upTo end: Int,
        to memory: Slice<UnsafeMutableRawBufferPointer>
    ) -> Int {
        // So that no place in the text leads out of the part, for which there is room.
        let source = source.extracting(first: end)
        var (place, written) = unsafe (place, memory.startIndex)
        func copy(_ bytes: Span<UInt8>) {
            unsafe bytes.withUnsafeBytes { unsafe memory.base[written...].copyBytes(from: $0) }
            written += bytes.count
        }
        func copy(_ edit: Edit?) {
            guard let edit else { return }
            copy(source.extracting(place..<start + edit.range.lowerBound))
            copy(edit.text.utf8.span)
            place = start + edit.range.upperBound
        }
        copy(self.first)
        copy(self.second)
        copy(self.third)
        if place < end { copy(source.extracting(place..<end)) }
        return unsafe written - memory.startIndex
    }

    /// How many bytes the new texts have.
    var added: Int {
        (self.first?.text.utf8.count ?? 0) + (self.second?.text.utf8.count ?? 0) + (self.third?.text.utf8.count ?? 0)
    }

    /// Writes an event whose data was put together from bytes of several reads, or from several lines.
    func write(event: ByteBuffer, data: [UInt8], to output: inout ByteBuffer) {
        var reader = EventReader()
        if case .inPlace(let place)? = reader.next(in: event.readableBytesUInt8Span)?.data {
            return self.write(event, from: 0, textAt: place.lowerBound, upTo: event.readableBytes, to: &output)
        }
        // Between the tokens of JSON the end of a line is no more than a space, so the data goes on in one line.
        let (feed, ret) = (UInt8(ascii: "\n"), UInt8(ascii: "\r"))
        for line in event.readableBytesView.split(whereSeparator: { $0 == feed || $0 == ret })
        where !line.starts(with: "data".utf8) {
            output.writeBytes(line)
            output.writeStaticString("\n")
        }
        output.writeStaticString("data: ")
        self.write(ByteBuffer(bytes: data.map { $0 == feed ? UInt8(ascii: " ") : $0 }), to: &output)
        output.writeStaticString("\n\n")
    }
}
