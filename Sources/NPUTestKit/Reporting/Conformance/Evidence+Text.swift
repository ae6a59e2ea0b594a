internal import NPUBase
internal import NPUConformance

extension Evidence {
  /// The exchanges on a few lines each.
  var text: String {
    var lines = exchanges.map(\.text)
    if exchanges.count < total { lines.append("\(exchanges.count) of \(total) exchanges shown") }
    return lines.joined(separator: "\n")
  }
}

extension Evidence.Exchange {
  /// Request, status and bodies on a few lines.
  var text: String {
    var lines = [requestBytes > 0 ? "\(request), \(requestBytes) bytes: \(requestBody)" : request]
    var answer = status.map { "status \($0)" } ?? "no response"
    if let contentType { answer += " \(contentType)" }
    answer += ", \(responseBytes) bytes"
    if let duration { answer += " in \(NumberText.fixed(duration.seconds, decimals: 3)) s" }
    if let error { answer += ", \(error)" }
    lines.append("  \(answer)\(responseBody.isEmpty ? "" : ": \(responseBody)")")
    return lines.joined(separator: "\n")
  }
}

extension Finding.Verdict {
  /// The verdict in words.
  var phrase: String {
    switch self {
    case .pass: "pass"
    case .fail: "fail"
    case .notApplicable: "not applicable"
    case .inconclusive: "inconclusive"
    }
  }
}
