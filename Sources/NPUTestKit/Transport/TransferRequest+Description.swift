import HTTPTypes

extension TransferRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Method and address, the names of the header fields, and the size of the body.
  ///
  /// Values of fields are left out, because credentials are among them.
  public var description: String {
    let names = head.headerFields.map(\.name.rawName).joined(separator: ", ")
    return "\(identity), headers [\(names)], \(body.count) bytes of body"
  }

  /// The same as the description.
  public var debugDescription: String { description }

  /// What the description shows, and the limits.
  public var customMirror: Mirror {
    Mirror(
      self,
      children: [
        "identity": identity, "headers": head.headerFields.map(\.name.rawName), "bodyBytes": body.count,
        "timeouts": timeouts, "limits": limits, "connection": connection, "redirectLimit": redirectLimit,
      ], displayStyle: .struct)
  }
}
