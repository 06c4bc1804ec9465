/// The name of a request header in which applications say which part of the public a request is from.
///
/// What a header says is the application's word. So it is compared with the parts that a plan names, and nothing else
/// of it is kept; and it is never a header that carries a secret.
public struct HeaderName: Hashable, Sendable {
    /// The name in lower case.
    public let text: String

    /// A name: 1 to 64 lower-case letters, digits or `-`, beginning with a letter; nil for anything else.
    public init?(_ text: String) {
        guard (1...64).contains(text.utf8.count), !Self.secret.contains(text),
            text.utf8.first.map({ Self.letters ~= $0 }) ?? false,
            text.utf8.allSatisfy({ Self.letters ~= $0 || Self.digits ~= $0 || $0 == UInt8(ascii: "-") })
        else { return nil }
        self.text = text
    }

    private static let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
    private static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    private static let secret: Set<String> = ["authorization", "cookie", "proxy-authorization", "x-api-key"]
}

extension HeaderName: LosslessStringConvertible {
    /// What a name has to look like, for messages.
    static let rule = """
        the name of a header, 1 to 64 lower-case letters, digits or -, beginning with a letter, and none that carries \
        a secret
        """

    /// The name in lower case.
    public var description: String { self.text }
}
