/// How open a release is: the six levels of Irene Solaiman, "The Gradient of Generative AI Release" (2023).
///
/// A level is a reading of what was granted and given out, at a date (``Gradient``). It is never decided, so that it
/// can not disagree with what was.
public enum Level: Int, CaseIterable, Codable, Comparable, Hashable, Sendable {
    /// Nobody outside the developer can use it, whether or not they know that it exists.
    case fullyClosed = 1
    /// Some outside can: a cohort, as many as there are places, or only some of the versions of the release.
    case gradual
    /// Anybody may come in and use it through the developer's own pages.
    case hosted
    /// Anybody may come in and use it from a program, by requests or by training on top of it.
    case cloudAPI
    /// Somebody outside can have the weights, or once could.
    case downloadable
    /// Anybody can have all that is needed to study it and make it again, under open licences.
    case fullyOpen

    /// The level in the paper's words.
    public var name: String {
        switch self {
        case .fullyClosed: "fully closed"
        case .gradual: "gradual or staged"
        case .hosted: "hosted"
        case .cloudAPI: "cloud-based or API"
        case .downloadable: "downloadable"
        case .fullyOpen: "fully open"
        }
    }

    /// The level in one word that is never renamed, as stage plans write it too.
    public var word: String {
        switch self {
        case .fullyClosed: "closed"
        case .gradual: "gradual"
        case .hosted: "hosted"
        case .cloudAPI: "api"
        case .downloadable: "downloadable"
        case .fullyOpen: "open"
        }
    }

    /// The level of a word.
    public init?(word: String) {
        guard let level = Self.allCases.first(where: { $0.word == word }) else { return nil }
        self = level
    }

    /// Orders from closed to open.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
}
