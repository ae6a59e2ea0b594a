import HTTPTypes
internal import NPUTransport

extension ServiceExchange {
  /// The whole response of a language model, which must be complete by the rules of a judge.
  func answer<Answer: Decodable>(
    _ type: Answer.Type, _ judge: AnswerJudge, _ form: StreamForm = .chunks
  ) async throws -> Answer {
    try answer(type, judge, form, in: try await response())
  }

  /// The same of a response that has arrived.
  func answer<Answer: Decodable>(
    _ type: Answer.Type, _ judge: AnswerJudge, _ form: StreamForm = .chunks, in response: TransferResponse
  ) throws -> Answer {
    try redactor.cleaning {
      try Self.answer(type, head: response.head, body: response.body, request: name, judge, form)
    }
  }

  static func answer<Answer: Decodable>(
    _ type: Answer.Type, head: HTTPResponse, body: [UInt8], request: String, _ judge: AnswerJudge,
    _ form: StreamForm = .chunks
  ) throws -> Answer {
    let answer = try document(type, head: head, body: body, request: request)
    var judge = judge
    judge.take(document: form.facts(ofDocument: body.span), body.span)
    if case .faulty(let fault) = judge.verdict(ofDocument: body, isBroken: false) {
      throw ServiceError(fault, head: head, request: request)
    }
    return answer
  }
}
