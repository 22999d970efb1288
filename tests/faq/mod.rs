//! What customers ask, one file for each question. The header of a file puts the question, its tests are the answer.
