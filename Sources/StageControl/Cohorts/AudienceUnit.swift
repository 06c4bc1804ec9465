public import ReleaseModel

/// What is let in one at a time, counted by caps and divided between the arms: an application, or one account of it.
///
/// Its text is what is hashed into a bucket and what entries hold: `app_…`, or `app_…/` and the account. So two
/// applications that both call somebody `user-1` have two units. Entries stay for ever: whoever makes a unit of an
/// account passes a text that tells nobody who it is, such as a salted commitment.
public struct AudienceUnit: Hashable, Comparable, Sendable {
    /// The most bytes that an account may have, in UTF-8.
    public static let longestAccount = 256

    /// The application.
    public let application: ApplicationID
    /// The end user of the application, as it names them; nil if the unit is the application itself.
    public let account: String?

    /// An application.
    public init(_ application: ApplicationID) {
        self.application = application
        self.account = nil
    }

    /// An account of an application; nil if `account` is no name for one: empty, longer than ``longestAccount``, not in
    /// Unicode's normalisation form C, or with a zero.
    public init?(_ application: ApplicationID, account: String) {
        guard (1...Self.longestAccount).contains(account.utf8.count), !account.utf8.contains(0) else { return nil }
        var bytes = account.utf8Span
        guard bytes.checkForNFC(quickCheck: false) else { return nil }
        self.application = application
        self.account = account
    }

    /// Orders by application, an application before its accounts, these by their text.
    public static func < (lhs: Self, rhs: Self) -> Bool {
        guard lhs.application == rhs.application else { return lhs.application < rhs.application }
        guard let right = rhs.account else { return false }
        return lhs.account.map { $0 < right } ?? true
    }
}

extension AudienceUnit: CustomStringConvertible, LosslessStringConvertible {
    /// The text form.
    public var description: String {
        self.account.map { "\(self.application)/\($0)" } ?? self.application.description
    }

    /// Reads the text form; nil for anything else.
    public init?(_ description: String) {
        let parts = description.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let application = ApplicationID(String(first)) else { return nil }
        guard parts.count == 2 else {
            self.init(application)
            return
        }
        self.init(application, account: String(parts[1]))
    }
}

extension AudienceUnit: Codable {
    /// Reads the text form.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let unit = Self(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "an application (app_…), or app_…/ and one of its accounts")
        }
        self = unit
    }

    /// Writes the text form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.description)
    }
}
