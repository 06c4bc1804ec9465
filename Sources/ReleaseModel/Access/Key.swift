/// What a key opens, told by its first letters so that scanners find lost ones.
public enum KeyKind: String, Codable, CaseIterable, Hashable, Sendable {
    case api = "slk"
    case research = "slr"
    case person = "slp"
    case download = "sld"
    case service = "sls"

    /// Whether a key of this kind speaks for an application that uses a model in this way.
    public func opens(_ modality: Modality) -> Bool {
        switch self {
        case .api, .research, .service: modality != .weights
        case .download: modality == .weights
        case .person: false
        }
    }
}

/// The public part of a key: eight base-62 letters.
public struct KeyID: Hashable, Sendable, CustomStringConvertible {
    /// How many letters.
    public static let length = 8

    /// The letters as one number, so that a lookup hashes eight bytes.
    public let packed: UInt64

    /// The identifier of these letters; `nil` if there are not eight, or another letter.
    public init?(_ letters: some Sequence<UInt8>) {
        var (packed, count) = (UInt64(0), 0)
        for letter in letters {
            guard count < Self.length, Base62.value(of: letter) != nil else { return nil }
            packed = packed << 8 | UInt64(letter)
            count += 1
        }
        guard count == Self.length else { return nil }
        self.packed = packed
    }

    /// The identifier of eight letters that are known to be digits of ``Base62``.
    init(packedLetters letters: [UInt8]) {
        self.packed = letters.reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The eight letters.
    public var description: String {
        unsafe withUnsafeBytes(of: self.packed.bigEndian) { unsafe String(decoding: $0, as: UTF8.self) }
    }
}

extension KeyID: Codable {
    /// Reads the eight letters.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = Self(try container.decode(String.self).utf8) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "eight letters or digits")
        }
        self = value
    }

    /// Writes the eight letters.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.description)
    }
}

/// Whom a key speaks for.
public enum KeyOwner: Codable, Hashable, Sendable {
    case application(ApplicationID)
    case person(PersonID)

    /// Reads the identifier; its prefix tells which it is.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        if let application = ApplicationID(text) {
            self = .application(application)
        } else if let person = PersonID(text) {
            self = .person(person)
        } else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "the identifier of an application (app_…) or a person (per_…)")
        }
    }

    /// Writes the identifier.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .application(let id): try container.encode(id)
        case .person(let id): try container.encode(id)
        }
    }
}

/// A key as the ledger knows it: never the secret, only its SHA-256, and what the holder declared to use it for.
///
/// A key carries no right of its own. It says who speaks, for which intent, exposure and use; grants say what that
/// opens.
public struct Key: Codable, Hashable, Sendable {
    /// The public part.
    public var id: KeyID
    /// What it opens.
    public var kind: KeyKind
    /// The SHA-256 of the whole key's text.
    public var digest: ContentDigest
    /// Whom it speaks for.
    public var owner: KeyOwner
    /// What it is used for.
    public var intent: Intent
    /// In front of whom.
    public var exposure: Exposure
    /// The declared use.
    public var use: Name?
    /// Since when.
    public var issued: Timestamp
    /// Until when; `nil` is until revoked.
    public var expires: Timestamp?

    /// A key with all its fields.
    public init(
        id: KeyID, kind: KeyKind, digest: ContentDigest, owner: KeyOwner, intent: Intent = .operational,
        exposure: Exposure = .real, use: Name? = nil, issued: Timestamp, expires: Timestamp? = nil
    ) {
        self.id = id
        self.kind = kind
        self.digest = digest
        self.owner = owner
        self.intent = intent
        self.exposure = exposure
        self.use = use
        self.issued = issued
        self.expires = expires
    }
}
