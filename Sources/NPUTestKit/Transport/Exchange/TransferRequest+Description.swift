import HTTPTypes

extension TransferRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Method and address, the names of the header fields, and the kind and size of the body.
  ///
  /// Values of fields are left out, because credentials are among them.
  public var description: String {
    let names = head.headerFields.map(\.name.rawName).joined(separator: ", ")
    return "\(identity), headers [\(names)], \(body)"
  }

  /// The same as the description.
  public var debugDescription: String { description }

  /// What the description shows, and the limits.
  public var customMirror: Mirror {
    Mirror(
      self,
      children: [
        "identity": identity, "headers": head.headerFields.map(\.name.rawName), "body": body.description,
        "timeouts": timeouts, "limits": limits, "connection": connection, "redirectLimit": redirectLimit,
      ], displayStyle: .struct)
  }
}
