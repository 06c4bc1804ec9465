/// Why a command was not accepted. Nothing changed.
public struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of refusal. The raw value is public and never renamed.
    public enum Code: String, CaseIterable, Hashable, Sendable {
        /// Something that the command names does not exist.
        case notFound = "not_found"
        /// Something of this name or identifier exists.
        case alreadyExists = "already_exists"
        /// A field's value is not acceptable.
        case invalidField = "invalid_field"
        /// The one who asks may not do this.
        case notPermitted = "not_permitted"
        /// The approver is the proposer.
        case secondPersonNeeded = "second_person_needed"
        /// What was approved is not what is proposed.
        case proposalDiffers = "proposal_differs"
        /// The proposal's seven days are over.
        case proposalLapsed = "proposal_lapsed"
        /// The thing is already as the command wants it.
        case nothingToDo = "nothing_to_do"
    }

    /// What kind of refusal.
    public var code: Code
    /// The field at fault, by its name on the wire.
    public var field: String?
    /// What was expected and what to do.
    public var message: String

    /// A refusal.
    public init(_ code: Code, field: String? = nil, _ message: String) {
        self.code = code
        self.field = field
        self.message = message
    }

    /// The code, the field and the message.
    public var description: String {
        "\(self.code.rawValue)\(self.field.map { " (\($0))" } ?? ""): \(self.message)"
    }
}
