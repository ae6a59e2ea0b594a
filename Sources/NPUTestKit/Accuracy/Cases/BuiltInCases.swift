internal import NPULoad

extension AccuracyCase {
  /// A small set for a first try: sums, texts to repeat, facts, in English and in Chinese.
  ///
  /// Most have an expectation that a model of some billion parameters meets; the open ones show where responses part.
  /// They are too few to show a small loss: see ``NPUMetrics/FlipComparison/casesNeeded(toFind:)``.
  public static let builtIn: [AccuracyCase] = sums + repetitions + facts + chinese + open

  private static let sums: [AccuracyCase] =
    [(17, 25), (68, 54), (139, 87), (256, 344), (905, 98)].map {
      first, second in
      expecting(
        "sum-\(first)-\(second)", "What is \(first) + \(second)? Give the number alone.", ["\(first + second)"])
    }
    + [(7, 8), (12, 11), (15, 14), (23, 4), (31, 9)].map { first, second in
      expecting(
        "product-\(first)-\(second)", "What is \(first) times \(second)? Give the number alone.", ["\(first * second)"])
    }

  private static let repetitions: [AccuracyCase] = [
    ("words", "amber basin cedar dune ember"), ("digits", "7 3 0 9 1 4 8 2 6 5"), ("letters", "q w z x k v b"),
    ("code", "for index in 0..<10 { print(index) }"), ("address", "Mail 42 boxes to 9 Harbour Road"),
    ("mixed", "NPU-910B at 65 °C"), ("punctuation", "Well; then: stop, wait - go!"), ("path", "/opt/models/large/v2"),
  ].map { name, text in
    expecting("repeat-\(name)", "Repeat this text exactly and say nothing else: \"\(text)\"", [text])
  }

  private static let facts: [AccuracyCase] = [
    expecting("fact-france", "What is the capital of France? Answer with one word.", ["Paris"]),
    expecting("fact-japan", "What is the capital of Japan? Answer with one word.", ["Tokyo"]),
    expecting("fact-water", "What is the chemical formula of water? Answer with the formula alone.", ["H2O"]),
    expecting("fact-week", "How many days are in a week? Answer with a digit.", ["7"]),
    expecting("fact-planet", "Which planet is closest to the Sun? Answer with one word.", ["Mercury"]),
    expecting("fact-hamlet", "Who wrote the play Hamlet? Answer with the last name.", ["Shakespeare"]),
    expecting("fact-boil", "At how many degrees Celsius does water boil at sea level? Answer with a number.", ["100"]),
    expecting("fact-gold", "What is the chemical symbol of gold? Answer with the symbol alone.", ["Au"]),
  ]

  private static let chinese: [AccuracyCase] = [
    expecting("zh-capital", "中国的首都是哪里？只回答城市名。", ["北京"]),
    expecting("zh-river", "中国最长的河流是什么？只回答名称。", ["长江"]),
    expecting("zh-sum", "三十五加二十七等于多少？只用阿拉伯数字回答。", ["62"]),
    expecting("zh-product", "十二乘以六等于多少？只用阿拉伯数字回答。", ["72"]),
    expecting("zh-months", "一年有几个月？只用阿拉伯数字回答。", ["12"]),
    expecting("zh-repeat", "原样重复引号里的文字，不要说别的：\"春风又绿江南岸\"", ["春风又绿江南岸"]),
    expecting("zh-repeat-mixed", "原样重复引号里的文字，不要说别的：\"昇腾 910B 推理测试\"", ["昇腾 910B 推理测试"]),
    expecting("zh-opposite", "\u{201C}大\u{201D}的反义词是什么？只回答一个字。", ["小"]),
  ]

  private static let open: [AccuracyCase] = [
    ("open-sea", "Describe the sea at night in a few sentences."), ("open-steps", "How does one make a cup of tea?"),
    ("open-list", "List the colours of the rainbow and an object of each colour."),
    ("open-code", "Write a Python function that tests whether a number is prime."),
    ("open-zh-city", "用几句话描述一座城市的早晨。"), ("open-zh-reason", "为什么天空是蓝色的？请简单说明。"),
  ].map { id, text in AccuracyCase(id: id, prompt: Prompt(.text(text), outputTokens: 96)) }

  private static func expecting(_ id: String, _ text: String, _ keywords: [String]) -> AccuracyCase {
    AccuracyCase(
      id: id, prompt: Prompt(.text(text), outputTokens: 64), expectation: CaseExpectation(keywords: keywords))
  }
}
