/// What a part of a document is made of, as far as two documents are compared.
indirect enum Shape: Hashable, Sendable {
    /// A single value, with the scale on which two of them are more or less.
    case value(Scale)
    /// Fields by name.
    case object([Member])
    /// Elements, told apart by a field of theirs, or by their whole value if there is none.
    case list(of: Shape, toldApartBy: String?)
    /// Values under names that the author chooses.
    case map(of: Shape)

    /// A field of an object.
    struct Member: Hashable, Sendable {
        let name: String
        let shape: Shape
        let opening: Opening
    }

    /// How single values are ordered.
    enum Scale: Hashable, Sendable {
        case unordered
        case number
        case timeSpan
        /// Words, from least to most.
        case words([String])
    }
}

/// Which change of a field lets more happen than before.
struct Opening: Hashable, Sendable {
    /// The change. Of a limit that may be absent, taking it away always counts, whichever way it points.
    enum Direction: Hashable, Sendable {
        /// A larger value, or one more element.
        case raised
        /// A smaller value, or one element less.
        case lowered
        /// Any change: nobody can say which way it goes.
        case changed
        /// None.
        case never
    }

    /// What there would be more of.
    enum Subject: Hashable, Sendable {
        /// People, applications or requests that reach the candidate.
        case exposure
        /// Harm, time or doubt that the rules put up with.
        case bound
    }

    let direction: Direction
    let subject: Subject

    /// More people, applications or requests reach the candidate.
    static func exposure(_ direction: Direction) -> Opening { Opening(direction: direction, subject: .exposure) }
    /// The rules put up with more.
    static func bound(_ direction: Direction) -> Opening { Opening(direction: direction, subject: .bound) }
    /// The change means nothing for what is open.
    static let neutral = Opening(direction: .never, subject: .bound)
}
