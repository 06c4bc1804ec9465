import HTTPTypes
import ReleaseModel
import StrictJSON

/// The description of the API in OpenAPI 3.1, made from ``Endpoint/all`` and ``Schemas``.
enum OpenAPIDocument {
    static let value: JSONValue = [
        "openapi": "3.1.0",
        "info": [
            "title": "Sluice control API", "version": "1",
            "description":
                "Times are milliseconds since 1970-01-01T00:00:00Z. Unknown fields and parameters are refused.",
        ],
        "security": [["key": []]],
        "paths": .object(Self.paths),
        "components": [
            "securitySchemes": [
                "key": [
                    "type": "http", "scheme": "bearer",
                    "description": "A person's key (slp_…) or an application's (slk_…).",
                ]
            ],
            "schemas": .object(Schemas.all),
        ],
    ]

    private static var paths: [String: JSONValue] {
        Dictionary(grouping: Endpoint.all, by: \.path).mapValues { endpoints in
            .object(
                Dictionary(
                    endpoints.map { ($0.method.rawValue.lowercased(), Self.operation($0)) },
                    uniquingKeysWith: { first, _ in first }))
        }
    }

    private static func operation(_ endpoint: Endpoint) -> JSONValue {
        var members: [String: JSONValue] = [
            "operationId": .string(endpoint.operation.id), "summary": .string(endpoint.summary),
            "description": .string(endpoint.access.sentence), "responses": .object(Self.responses(endpoint)),
        ]
        if endpoint.access == .everyone { members["security"] = [] }
        let parameters = Self.pathParameters(endpoint) + endpoint.parameters.map(Self.parameter)
        let header = endpoint.operation == .command ? [Self.idempotencyKey] : []
        if !(parameters + header).isEmpty { members["parameters"] = .array(parameters + header) }
        if let body = endpoint.body {
            members["requestBody"] = ["required": true, "content": Self.content(body)]
        }
        return .object(members)
    }

    private static func pathParameters(_ endpoint: Endpoint) -> [JSONValue] {
        endpoint.path.split(separator: "/").filter { $0.hasPrefix("{") }.map { segment in
            [
                "name": .string(String(segment.dropFirst().dropLast())), "in": "path", "required": true,
                "schema": ["type": "string"],
            ]
        }
    }

    private static func parameter(_ parameter: QueryParameter) -> JSONValue {
        let type: JSONValue = parameter.isInteger ? "integer" : parameter == .dryRun ? "boolean" : "string"
        return [
            "name": .string(parameter.rawValue), "in": "query", "description": .string(parameter.summary),
            "required": .bool(parameter == .index), "schema": ["type": type],
        ]
    }

    private static let idempotencyKey: JSONValue = [
        "name": "Idempotency-Key", "in": "header", "required": false,
        "schema": ["type": "string", "minLength": 1, "maxLength": 255],
        "description":
            "A repeat within 24 hours, by the same caller with the same body, gets the first answer.",
    ]

    private static func responses(_ endpoint: Endpoint) -> [String: JSONValue] {
        var responses: [String: JSONValue] = [
            "default": [
                "description": "A problem (RFC 9457).",
                "content": ["application/problem+json": ["schema": Schemas.reference("Problem")]],
            ]
        ]
        for (status, content) in endpoint.answers {
            responses[String(status)] = [
                "description": .string(Self.meaning(of: status)), "content": Self.content(content),
            ]
        }
        return responses
    }

    private static func content(_ content: Endpoint.Content) -> JSONValue {
        let schema: JSONValue =
            switch content {
            case .json(let name): Schemas.reference(name)
            case .text: ["type": "string"]
            case .bytes: ["type": "string", "format": "binary"]
            }
        return .object([content.mediaType: ["schema": schema]])
    }

    private static func meaning(of status: Int) -> String {
        switch status {
        case 201: "It is recorded and in force."
        case 202: "It is recorded and waits for a second person."
        case 503: "Something that is needed does not work."
        default: "The answer."
        }
    }
}
