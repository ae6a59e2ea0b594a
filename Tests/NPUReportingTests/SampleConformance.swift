import NPUConformance

/// A report with every kind of result and with characters that are troublesome in each format.
enum SampleConformance {
  static let awkward = "a <b> & \"c\" 'd' | e\nf\u{0}\u{8}\u{1B}[31m\u{FFFE} ]]> 你好 🚀 \u{7F}"

  static func result(
    _ identifier: String, _ verdict: Finding.Verdict, severity: CheckSeverity = .required, reason: String = "because"
  ) -> CheckResult {
    let exchange = Evidence.Exchange(
      request: "POST http://127.0.0.1/v1/chat/completions", requestBody: #"{"a":"<&>"}"#, requestBytes: 11, status: 200,
      contentType: "application/json", responseBody: awkward, responseBytes: 40, duration: .milliseconds(250),
      error: nil)
    return CheckResult(
      check: CheckDescription(
        identifier: identifier, title: "Title of \(identifier) <&>", requirement: "It must.",
        knownDeviations: "Some do not.", severity: severity, tags: [.basic]),
      finding: Finding(verdict, reason), evidence: Evidence(exchanges: [exchange], total: 3),
      duration: .milliseconds(1500))
  }

  static let report = ConformanceReport(
    suite: "sample", service: "http://127.0.0.1:8000",
    results: [
      result("s.pass", .pass), result("s.fail", .fail, reason: awkward),
      result("s.warn", .fail, severity: .recommended),
      result("s.absent", .notApplicable), result("s.open", .inconclusive),
      result("s.open-warn", .inconclusive, severity: .recommended),
    ], duration: .microseconds(12_345_600))
}

extension Evidence.Exchange {
  init(
    request: String, requestBody: String, requestBytes: Int, status: Int?, contentType: String?, responseBody: String,
    responseBytes: Int, duration: Duration?, error: String?
  ) {
    self.init(request: request)
    self.requestBody = requestBody
    self.requestBytes = requestBytes
    self.status = status
    self.contentType = contentType
    self.responseBody = responseBody
    self.responseBytes = responseBytes
    self.duration = duration
    self.error = error
  }
}
