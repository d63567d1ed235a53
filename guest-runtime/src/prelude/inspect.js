(native => ({ inspect: String, format: String }))
