internal import HTTPTypes

extension TransferRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Method and address without query, and what else the request has, without credentials and without the bytes of the body.
  public var description: String {
    "\(identity) (\(shownFields.joined(separator: ", "))\(shownFields.isEmpty ? "" : "; ")\(body.count) bytes of body)"
  }

  /// The same text as the description.
  public var debugDescription: String { description }

  /// A mirror that shows what the description shows.
  public var customMirror: Mirror {
    Mirror(
      self,
      children: [
        "request": identity, "headerFields": shownFields, "bodyBytes": body.count, "timeouts": timeouts,
        "limits": limits, "connection": connection, "redirectLimit": redirectLimit,
      ], displayStyle: .struct)
  }

  private var shownFields: [String] {
    head.headerFields.map { "\($0.name.rawName): \($0.name.mayCarrySecret ? "<secret>" : $0.value)" }
  }
}

extension HTTPField.Name {
  /// Parts of the names of fields that carry credentials, at the servers and gateways that the kit knows and at others.
  private static let partsOfSecretNames = [
    "auth", "token", "key", "secret", "cookie", "passw", "signature", "appcode", "credential", "session",
  ]

  /// Whether a field of this name may carry a credential; rather one name too many than one too few.
  var mayCarrySecret: Bool {
    HTTPField.Name.partsOfSecretNames.contains { canonicalName.contains($0) }
  }
}
