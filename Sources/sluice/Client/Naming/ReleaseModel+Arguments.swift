public import ArgumentParser
public import Arms
public import ReleaseModel
public import Signals
public import StageControl

// How the words of the release model are read from a command line.

extension Intent: ExpressibleByArgument {}
extension Population: ExpressibleByArgument {}
extension Modality: ExpressibleByArgument {}
extension Exposure: ExpressibleByArgument {}
extension FieldRuling: ExpressibleByArgument {}
extension Audience: ExpressibleByArgument {}
extension ComponentKind: ExpressibleByArgument {}
extension Arm: ExpressibleByArgument {}
extension Severity: ExpressibleByArgument {}
extension Report.Rating: ExpressibleByArgument {
    /// Reads `good`, `bad` or a number from 0 to 1.
    public init?(argument: String) { self.init(argument) }
}

extension KeyKind: ExpressibleByArgument {
    /// Reads what people call a kind: `api`, not the letters that its keys begin with.
    public init?(argument: String) {
        guard let kind = Self.allCases.first(where: { $0.word == argument }) else { return nil }
        self = kind
    }

    /// What can be written.
    public static var allValueStrings: [String] { Self.allCases.map(\.word) }
    /// The word in a help text.
    public var defaultValueDescription: String { self.word }

    /// What people call it.
    var word: String {
        switch self {
        case .api: "api"
        case .research: "research"
        case .person: "person"
        case .download: "download"
        case .service: "service"
        }
    }
}
